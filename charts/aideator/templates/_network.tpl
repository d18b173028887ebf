{{- define "aideator.dnsEgress" -}}
{{- with .Values.networkPolicy.dns -}}
- to:
    {{- toYaml . | nindent 4 }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- end }}
{{- end -}}

{{/* Egress to one part of this release, from any namespace: (list $ "web" 3001). */}}
{{- define "aideator.partEgress" -}}
{{- $root := index . 0 -}}
- to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ $root.Release.Namespace }}}}
      podSelector:
        matchLabels:
          {{- include "aideator.selector" (list $root (index . 1)) | nindent 10 }}
  ports:
    - {protocol: TCP, port: {{ index . 2 }}}
{{- end -}}

{{/* One part of this release as a peer. */}}
{{- define "aideator.partPeer" -}}
- podSelector:
    matchLabels:
      {{- include "aideator.selector" . | nindent 6 }}
{{- end -}}

{{- define "aideator.runsPeer" -}}
- namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ include "aideator.runsNamespace" . }}}}
{{- end -}}

{{/* Any address except link-local ones, where clouds serve credentials. */}}
{{- define "aideator.anywhereEgress" -}}
- to:
    - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}
    - ipBlock: {cidr: "::/0", except: ["fe80::/10"]}
{{- end -}}

{{/* The internet, without private addresses. */}}
{{- define "aideator.internetEgress" -}}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
    - ipBlock: {cidr: "::/0", except: ["fc00::/7", "fe80::/10"]}
{{- end -}}

{{/* The head of a policy for one part: (list $ "web"). */}}
{{- define "aideator.policyHead" -}}
{{- $root := index . 0 -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "aideator.fullname" $root }}-{{ index . 1 }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "aideator.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "aideator.selector" . | nindent 6 }}
{{- end -}}
