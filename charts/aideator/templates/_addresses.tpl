{{- define "aideator.url" -}}
{{- if .Values.web.url -}}
{{- .Values.web.url -}}
{{- else if .Values.ingress.enabled -}}
{{- printf "%s://%s" (ternary "https" "http" .Values.ingress.tls.enabled) .Values.ingress.host -}}
{{- else if .Values.httpRoute.enabled -}}
{{- printf "%s://%s" (ternary "https" "http" .Values.httpRoute.tls) .Values.httpRoute.host -}}
{{- else -}}
http://localhost:3000
{{- end -}}
{{- end -}}

{{- define "aideator.gatewayUrl" -}}
{{- if .Values.gateway.enabled -}}
{{- printf "http://%s-gateway.%s.svc:4000" (include "aideator.fullname" .) .Release.Namespace -}}
{{- else -}}
{{- .Values.gateway.external.url -}}
{{- end -}}
{{- end -}}

{{- define "aideator.callbackUrl" -}}
{{- printf "http://%s-web-runners.%s.svc:3001" (include "aideator.fullname" .) .Release.Namespace -}}
{{- end -}}

{{- define "aideator.authSecret" -}}
{{- default (printf "%s-auth" (include "aideator.fullname" .)) .Values.auth.existingSecret -}}
{{- end -}}

{{- define "aideator.gatewaySecret" -}}
{{- default (printf "%s-gateway" (include "aideator.fullname" .)) .Values.gateway.existingSecret -}}
{{- end -}}

{{- define "aideator.postgresqlSecret" -}}
{{- default (printf "%s-postgresql" (include "aideator.fullname" .)) .Values.postgresql.existingSecret -}}
{{- end -}}

{{- define "aideator.valkeySecret" -}}
{{- default (printf "%s-valkey" (include "aideator.fullname" .)) .Values.valkey.existingSecret -}}
{{- end -}}

{{/* The source of DATABASE_URL, as an entry of `env`. */}}
{{- define "aideator.databaseEnv" -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      {{- if .Values.postgresql.enabled }}
      name: {{ include "aideator.postgresqlSecret" . }}
      key: DATABASE_URL
      {{- else }}
      name: {{ .Values.database.existingSecret }}
      key: {{ .Values.database.key }}
      {{- end }}
{{- end -}}

{{/* A value that an earlier install of this release created: (list $ <Secret> <key>). Empty if it does not exist. */}}
{{- define "aideator.kept" -}}
{{- $root := index . 0 -}}
{{- $secret := lookup "v1" "Secret" $root.Release.Namespace (index . 1) -}}
{{- with $secret -}}
{{- with index (default dict .data) (index $ 2) -}}
{{- b64dec . -}}
{{- end -}}
{{- end -}}
{{- end -}}
