{{/* What the web container has in `env`: secrets, and what tools look for there. The rest is in its ConfigMap. */}}
{{- define "aideator.webEnv" -}}
# Kubernetes sets it to the pod's name, and Next would listen on that address alone.
- {name: HOSTNAME, value: 0.0.0.0}
- {name: RUNNER_IMAGE, value: {{ include "aideator.image" (list . .Values.runner.image) | quote }}}
{{ include "aideator.databaseEnv" . }}
{{- if or .Values.valkey.enabled .Values.redis.existingSecret }}
- name: REDIS_URL
  valueFrom:
    secretKeyRef:
      name: {{ ternary (include "aideator.valkeySecret" .) .Values.redis.existingSecret .Values.valkey.enabled }}
      key: {{ ternary "REDIS_URL" .Values.redis.key .Values.valkey.enabled }}
{{- end }}
{{- range list "AUTH_SECRET" "ENCRYPTION_KEYS" }}
- name: {{ . }}
  valueFrom:
    secretKeyRef: {name: {{ include "aideator.authSecret" $ }}, key: {{ . }}}
{{- end }}
{{- if .Values.gateway.enabled }}
- name: LITELLM_API_KEY
  valueFrom:
    secretKeyRef: {name: {{ include "aideator.gatewaySecret" . }}, key: LITELLM_MASTER_KEY}
{{- else if .Values.gateway.external.existingSecret }}
- name: LITELLM_API_KEY
  valueFrom:
    secretKeyRef: {name: {{ .Values.gateway.external.existingSecret }}, key: LITELLM_API_KEY}
{{- end }}
{{- range $name := list "github" "google" "oidc" }}
{{- with index $.Values.auth $name }}
{{- if .existingSecret }}
- name: {{ upper $name }}_CLIENT_SECRET
  valueFrom:
    secretKeyRef: {name: {{ .existingSecret }}, key: {{ upper $name }}_CLIENT_SECRET}
{{- end }}
{{- end }}
{{- end }}
{{ include "aideator.caEnv" . }}
{{- end -}}

{{- define "aideator.caEnv" -}}
{{- if .Values.web.caBundle.configMap -}}
- {name: NODE_EXTRA_CA_CERTS, value: /etc/aideator/ca/{{ .Values.web.caBundle.key }}}
{{- end -}}
{{- end -}}

{{- define "aideator.caMount" -}}
{{- if .Values.web.caBundle.configMap -}}
- {name: ca, mountPath: /etc/aideator/ca, readOnly: true}
{{- end -}}
{{- end -}}

{{- define "aideator.caVolume" -}}
{{- with .Values.web.caBundle.configMap -}}
- name: ca
  configMap: {name: {{ . }}}
{{- end -}}
{{- end -}}

{{/* The web app's settings that are no secret. */}}
{{- define "aideator.webConfig" -}}
BACKEND: kubernetes
PORT: "3000"
NEXTAUTH_URL: {{ include "aideator.url" . | quote }}
LOG_LEVEL: {{ .Values.web.logLevel }}
SIGN_UP: {{ .Values.web.signUp }}
DATABASE_POOL_SIZE_MAX: {{ int64 .Values.database.poolSizeMax | quote }}
LITELLM_BASE_URL: {{ include "aideator.gatewayUrl" . | quote }}
RUNNER_API_HOST: 0.0.0.0
RUNNER_API_PORT: "3001"
CALLBACK_URL: {{ include "aideator.callbackUrl" . | quote }}
RUNS_NAMESPACE: {{ include "aideator.runsNamespace" . }}
{{- /* A label's value; a name that was cut may end otherwise. */}}
RUNS_INSTANCE: {{ include "aideator.fullname" . | trimAll "-." | quote }}
RUNNER_SERVICE_ACCOUNT: {{ include "aideator.fullname" . }}-runner
RUNNER_IMAGE_PULL_POLICY: {{ .Values.runner.image.pullPolicy }}
RUNNER_CPU_REQUEST: {{ .Values.runner.resources.requests.cpu | quote }}
RUNNER_CPU_LIMIT: {{ .Values.runner.resources.limits.cpu | quote }}
RUNNER_MEMORY_REQUEST: {{ .Values.runner.resources.requests.memory | quote }}
RUNNER_MEMORY_LIMIT: {{ .Values.runner.resources.limits.memory | quote }}
RUN_TIMEOUT_SECONDS: {{ int64 .Values.runs.timeoutSeconds | quote }}
RUN_IDLE_TIMEOUT_SECONDS: {{ int64 .Values.runs.idleTimeoutSeconds | quote }}
RUN_ATTEMPTS_MAX: {{ int64 .Values.runs.attemptsMax | quote }}
RUN_OUTPUT_TOKENS_MAX: {{ int64 .Values.runs.outputTokensMax | quote }}
{{- with .Values.auth.github.clientId }}
GITHUB_CLIENT_ID: {{ . | quote }}
{{- end }}
{{- with .Values.auth.google.clientId }}
GOOGLE_CLIENT_ID: {{ . | quote }}
{{- end }}
{{- with .Values.auth.oidc }}
{{- if .clientId }}
OIDC_CLIENT_ID: {{ .clientId | quote }}
OIDC_ISSUER: {{ .issuer | quote }}
OIDC_NAME: {{ .name | quote }}
{{- end }}
{{- end }}
{{- end -}}
