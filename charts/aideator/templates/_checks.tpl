{{/* Values that cannot work together stop the install here, with one sentence each. */}}
{{- define "aideator.checks" -}}
{{- $v := .Values -}}
{{- if eq (include "aideator.runsNamespace" .) .Release.Namespace -}}
{{- fail "runs.namespace: runs need a namespace of their own, because who may create Jobs in a namespace can read every Secret in it." -}}
{{- end -}}
{{- if and $v.postgresql.enabled $v.database.existingSecret -}}
{{- fail "database.existingSecret names a PostgreSQL of yours: set postgresql.enabled to false as well." -}}
{{- end -}}
{{- if not (or $v.postgresql.enabled $v.database.existingSecret) -}}
{{- fail "There is no database: set postgresql.enabled, or name a Secret with DATABASE_URL in database.existingSecret." -}}
{{- end -}}
{{- if and $v.valkey.enabled $v.redis.existingSecret -}}
{{- fail "redis.existingSecret names a Redis of yours: set valkey.enabled to false as well." -}}
{{- end -}}
{{- if and (not (or $v.valkey.enabled $v.redis.existingSecret)) (or $v.web.autoscaling.enabled (gt (int $v.web.replicas) 1)) -}}
{{- fail "More than one web pod needs Redis to share the live answers: set valkey.enabled or redis.existingSecret, or web.replicas to 1 without autoscaling." -}}
{{- end -}}
{{- if and $v.web.autoscaling.enabled (gt (int $v.web.autoscaling.minReplicas) (int $v.web.autoscaling.maxReplicas)) -}}
{{- fail "web.autoscaling.minReplicas is above maxReplicas." -}}
{{- end -}}
{{- if and $v.gateway.enabled $v.gateway.external.url -}}
{{- fail "gateway.external.url names a gateway of yours: set gateway.enabled to false as well." -}}
{{- end -}}
{{- if not (or $v.gateway.enabled $v.gateway.external.url) -}}
{{- fail "There is no gateway: set gateway.enabled, or gateway.external.url." -}}
{{- end -}}
{{- if and (not $v.gateway.enabled) $v.networkPolicy.enabled (not $v.networkPolicy.externalGateway) -}}
{{- fail "networkPolicy.externalGateway: say where the gateway of gateway.external.url is (egress rules), or no run can reach it." -}}
{{- end -}}
{{- if and $v.gateway.providers.serverKeys (not $v.gateway.providers.existingSecret) -}}
{{- fail "gateway.providers.serverKeys: name the Secret that holds these providers' keys in gateway.providers.existingSecret." -}}
{{- end -}}
{{- if and $v.ingress.enabled (not $v.ingress.host) -}}
{{- fail "ingress.host: the Ingress needs the host name that people open." -}}
{{- end -}}
{{- if and $v.ingress.tls.enabled (not $v.ingress.tls.secretName) -}}
{{- fail "ingress.tls.secretName: name the Secret with the certificate (cert-manager makes it under that name)." -}}
{{- end -}}
{{- if and $v.ingress.enabled $v.httpRoute.enabled -}}
{{- fail "ingress and httpRoute are two ways to the same place: enable one of them." -}}
{{- end -}}
{{- if and $v.httpRoute.enabled (not (and $v.httpRoute.host $v.httpRoute.parentRefs)) -}}
{{- fail "httpRoute needs the host name that people open, and in parentRefs the Gateway that it belongs to." -}}
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
{{- fail "web.terminationGracePeriodSeconds must be more than preStopSeconds + 10: the web app takes up to 10 s to hand over its turns." -}}
{{- end -}}
{{- end -}}
