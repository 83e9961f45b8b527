#!/bin/sh
# A PyTorch network with the variances that /v1/advice recommends, and its measured variance beside the predicted one.
# Needs PyTorch; the Python to run may be given: sh examples/pytorch.sh /usr/bin/python3
set -eu
api="${DROPLINE:-http://localhost:8787}"
curl -fsS "$api/v1/advice.txt?activation=tanh&keep=0.95&depth=20&fan_in=512&framework=pytorch&field=snippet" | "${1:-python3}" -
