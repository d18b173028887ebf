#!/bin/sh
# Runs one pod of the image $1 to its end on the cluster of KUBECONFIG. Prints the reason when that takes too long.
kubectl delete pod check --ignore-not-found --wait
kubectl run check --image="$1" --image-pull-policy=IfNotPresent --restart=Never --command -- node --eval 0 || exit 1
if kubectl wait pod/check --for='jsonpath={.status.phase}=Succeeded' --timeout=90s; then
  kubectl delete pod check --wait
  exit 0
fi
kubectl describe pod check
sh "$(dirname "$0")/cluster-state.sh"
exit 1
