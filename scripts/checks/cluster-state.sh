#!/bin/sh
# Prints why the cluster of KUBECONFIG may not run pods: its node, its last events, and the kubelet's last warnings.
kubectl describe nodes
kubectl get pods --all-namespaces -o wide
kubectl get events --all-namespaces --sort-by=.lastTimestamp | tail -60
grep -E '^[EW]' "$(dirname "$KUBECONFIG")/log/kubelet.log" | tail -40
df -h / /var/lib
