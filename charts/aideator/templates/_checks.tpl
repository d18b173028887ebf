{{/* Stops the install with an explanation for each invalid combination of values. */}}
{{- define "aideator.checks" -}}
{{- $v := .Values -}}
{{- if eq (include "aideator.runsNamespace" .) .Release.Namespace -}}
{{- fail "runs.namespace: runs need a namespace of their own, because the right to create Jobs in a namespace gives access to its Secrets." -}}
{{- end -}}
{{- if and $v.postgresql.enabled $v.database.existingSecret -}}
{{- fail "database.existingSecret selects an external PostgreSQL: set postgresql.enabled to false as well." -}}
{{- end -}}
{{- if not (or $v.postgresql.enabled $v.database.existingSecret) -}}
{{- fail "There is no database: set postgresql.enabled, or name a Secret with DATABASE_URL in database.existingSecret." -}}
{{- end -}}
{{- if and $v.valkey.enabled $v.redis.existingSecret -}}
{{- fail "redis.existingSecret selects an external Redis: set valkey.enabled to false as well." -}}
{{- end -}}
{{- if and (not (or $v.valkey.enabled $v.redis.existingSecret)) (or $v.web.autoscaling.enabled (gt (int $v.web.replicas) 1)) -}}
{{- fail "More than one web pod needs Redis to share live answers: set valkey.enabled or redis.existingSecret, or web.replicas to 1 without autoscaling." -}}
{{- end -}}
{{- if and $v.web.autoscaling.enabled (gt (int $v.web.autoscaling.minReplicas) (int $v.web.autoscaling.maxReplicas)) -}}
{{- fail "web.autoscaling.minReplicas is above maxReplicas." -}}
{{- end -}}
{{- if and $v.gateway.enabled $v.gateway.external.url -}}
{{- fail "gateway.external.url selects an external gateway: set gateway.enabled to false as well." -}}
{{- end -}}
{{- if not (or $v.gateway.enabled $v.gateway.external.url) -}}
{{- fail "There is no gateway: set gateway.enabled or gateway.external.url." -}}
{{- end -}}
{{- if and (not $v.gateway.enabled) $v.networkPolicy.enabled (not $v.networkPolicy.externalGateway) -}}
{{- fail "networkPolicy.externalGateway: add egress rules for the gateway at gateway.external.url, otherwise no run can reach it." -}}
{{- end -}}
{{- if and $v.gateway.providers.serverKeys (not $v.gateway.providers.existingSecret) -}}
{{- fail "gateway.providers.serverKeys: name the Secret that holds these providers' keys in gateway.providers.existingSecret." -}}
{{- end -}}
{{- if and $v.ingress.enabled (not $v.ingress.host) -}}
{{- fail "ingress.host: the Ingress needs the host name that people open." -}}
{{- end -}}
{{- if and $v.ingress.tls.enabled (not $v.ingress.tls.secretName) -}}
{{- fail "ingress.tls.secretName: name the Secret with the certificate (cert-manager creates it under that name)." -}}
{{- end -}}
{{- if and $v.ingress.enabled $v.httpRoute.enabled -}}
{{- fail "ingress and httpRoute serve the same pages: enable one of them." -}}
{{- end -}}
{{- if and $v.httpRoute.enabled (not (and $v.httpRoute.host $v.httpRoute.parentRefs)) -}}
{{- fail "httpRoute needs the host name that people open, and its Gateway in parentRefs." -}}
{{- end -}}
{{- range $name := list "github" "google" "oidc" -}}
{{- $provider := index $v.auth $name -}}
{{- if ne (not $provider.clientId) (not $provider.existingSecret) -}}
{{- fail (printf "auth.%s: sign-in needs both clientId and existingSecret." $name) -}}
{{- end -}}
{{- end -}}
{{- if ne (not $v.auth.oidc.clientId) (not $v.auth.oidc.issuer) -}}
{{- fail "auth.oidc: sign-in needs both issuer and clientId." -}}
{{- end -}}
{{- if le (int $v.web.terminationGracePeriodSeconds) (add $v.web.preStopSeconds 10 | int) -}}
{{- fail "web.terminationGracePeriodSeconds must be more than preStopSeconds + 10: the web app takes up to 10 s to drain its turns." -}}
{{- end -}}
{{- end -}}
