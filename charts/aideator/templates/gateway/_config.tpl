{{/*
LiteLLM's config. `npm run generate -w @aideator/charts` generates files/gateway.json with every provider and the small
models. This template removes the entries that the values do not select, and sets addresses.
*/}}
{{- define "aideator.gatewayConfig" -}}
{{- $config := .Files.Get "files/gateway.json" | fromJson -}}
{{- $providers := .Values.gateway.providers -}}
{{- $entries := list -}}
{{- range $entry := $config.model_list -}}
{{- $mark := $entry.model_info.aideator -}}
{{- if eq $mark.provider "local" -}}
{{- if $.Values.gateway.smallModels.enabled -}}
{{- $_ := set $entry.litellm_params "api_base" (printf "http://%s-small-models.%s.svc:8080/v1" (include "aideator.fullname" $) $.Release.Namespace) -}}
{{- $entries = append $entries $entry -}}
{{- end -}}
{{- else if or $mark.ownKey (has $mark.provider $providers.serverKeys) -}}
{{- with get $providers.baseUrls $mark.provider -}}
{{- $_ := set $entry.litellm_params "api_base" . -}}
{{- end -}}
{{- $entries = append $entries $entry -}}
{{- end -}}
{{- end -}}
{{- $_ := set $config "model_list" $entries -}}
{{- $config | toPrettyJson -}}
{{- end -}}
