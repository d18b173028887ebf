{{/* `env` of the web container: secrets, and variables that tools read. All other settings are in its ConfigMap. */}}
{{- define "aideator.webEnv" -}}
# Kubernetes sets HOSTNAME to the pod's name, and Next would listen on that address only.
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
- name: GATEWAY_TOKEN_SECRET
  valueFrom:
    secretKeyRef: {name: {{ include "aideator.gatewaySecret" . }}, key: GATEWAY_TOKEN_SECRET}
{{- else if .Values.gateway.external.existingSecret }}
- name: LITELLM_API_KEY
  valueFrom:
    secretKeyRef: {name: {{ .Values.gateway.external.existingSecret }}, key: LITELLM_API_KEY}
# Credentials of runs at the gateway. The Secret may contain one of them.
{{- range list "LITELLM_RUNNER_API_KEY" "GATEWAY_TOKEN_SECRET" }}
- name: {{ . }}
  valueFrom:
    secretKeyRef: {name: {{ $.Values.gateway.external.existingSecret }}, key: {{ . }}, optional: true}
{{- end }}
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

{{/* Settings of the web app that are not secret. */}}
{{- define "aideator.webConfig" -}}
BACKEND: kubernetes
PORT: "3000"
NEXTAUTH_URL: {{ include "aideator.url" . | quote }}
{{- /* The Service's own name, for callers in the cluster. */}}
ALLOWED_HOSTS: {{ prepend .Values.web.allowedHosts (printf "%s-web.%s.svc" (include "aideator.fullname" .) .Release.Namespace) | join "," | quote }}
{{- $behindProxy := or .Values.ingress.enabled .Values.httpRoute.enabled }}
TRUSTED_PROXIES: {{ kindIs "invalid" .Values.web.trustedProxies | ternary (ternary 1 0 $behindProxy) .Values.web.trustedProxies | int64 | quote }}
LOG_LEVEL: {{ .Values.web.logLevel }}
SIGN_UP: {{ .Values.web.signUp }}
DATABASE_POOL_SIZE_MAX: {{ int64 .Values.database.poolSizeMax | quote }}
LITELLM_BASE_URL: {{ include "aideator.gatewayUrl" . | quote }}
RUNNER_API_HOST: 0.0.0.0
RUNNER_API_PORT: "3001"
CALLBACK_URL: {{ include "aideator.callbackUrl" . | quote }}
RUNS_NAMESPACE: {{ include "aideator.runsNamespace" . }}
{{- /* Must be a valid label value, but a truncated name may end in another character. */}}
RUNS_INSTANCE: {{ include "aideator.fullname" . | trimAll "-." | quote }}
RUNNER_SERVICE_ACCOUNT: {{ include "aideator.fullname" . }}-runner
RUNNER_IMAGE_PULL_POLICY: {{ .Values.runner.image.pullPolicy }}
RUNNER_CPU_REQUEST: {{ .Values.runner.resources.requests.cpu | quote }}
RUNNER_CPU_LIMIT: {{ .Values.runner.resources.limits.cpu | quote }}
RUNNER_MEMORY_REQUEST: {{ .Values.runner.resources.requests.memory | quote }}
RUNNER_MEMORY_LIMIT: {{ .Values.runner.resources.limits.memory | quote }}
{{- with .Values.runner.nodeSelector }}
RUNNER_NODE_SELECTOR: {{ toJson . | quote }}
{{- end }}
{{- with .Values.runner.tolerations }}
RUNNER_TOLERATIONS: {{ toJson . | quote }}
{{- end }}
{{- with .Values.runner.priorityClassName }}
RUNNER_PRIORITY_CLASS: {{ . | quote }}
{{- end }}
{{- with .Values.runner.runtimeClassName }}
RUNNER_RUNTIME_CLASS: {{ . | quote }}
{{- end }}
{{- with .Values.runner.labels }}
RUNNER_LABELS: {{ toJson . | quote }}
{{- end }}
{{- with .Values.runner.annotations }}
RUNNER_ANNOTATIONS: {{ toJson . | quote }}
{{- end }}
RUN_TIMEOUT_SECONDS: {{ int64 .Values.runs.timeoutSeconds | quote }}
RUN_FIRST_TOKEN_TIMEOUT_SECONDS: {{ int64 .Values.runs.firstTokenTimeoutSeconds | quote }}
RUN_IDLE_TIMEOUT_SECONDS: {{ int64 .Values.runs.idleTimeoutSeconds | quote }}
RUN_TRIES_MAX: {{ int64 .Values.runs.triesMax | quote }}
{{- with .Values.runs.outputTokensMax }}
RUN_OUTPUT_TOKENS_MAX: {{ int64 . | quote }}
{{- end }}
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
