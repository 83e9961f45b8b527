#!/bin/sh
# The API from a shell. Set DROPLINE to ask another server.
set -eu
api="${DROPLINE:-http://localhost:8787}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

echo "xi_2 over the weight variance, as a table:"
curl -fsS "$api/v1/depth-scales.csv?activation=tanh&sigma_w2=1..4/4&sigma_b2=0.05&keep=0.98&field=sigma_w2,xi_2"

echo "One number and nothing else:"
curl -fsS "$api/v1/depth-scales.txt?activation=tanh&sigma_w2=2&sigma_b2=0.05&keep=0.98&field=xi_2" && echo

echo "The critical weight variance:"
curl -fsS "$api/v1/critical.csv?activation=tanh&sigma_b2=0.05&kind=chi_1&field=sigma_w2"

echo "A picture of a phase diagram:"
curl -fsS "$api/v1/phase-diagram.svg?activation=tanh&measure=xi_2&sigma_w2=1..4/40&sigma_b2=0..0.5/40&keep=0.95" >"$folder/plane.svg"
grep -o "<svg" "$folder/plane.svg"

echo "Several questions in one call:"
curl -fsS "$api/v1/batch" -d '{"queries": [
  {"endpoint": "kernel", "query": {"activation": "relu", "q": 1}},
  {"endpoint": "depth-scales", "query": {"activation": "relu", "sigma_w2": [1.8, 2], "keep": 0.9}}]}' >"$folder/batch.json"
grep -o '"status":200' "$folder/batch.json" | wc -l | tr -d ' '
