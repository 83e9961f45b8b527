"""The peer of bench/training.ts: trains the same kind of network with PyTorch on the CPU.

    python3 bench/training/torch_child.py DEPTH WIDTH BATCH THREADS

Prints "ready" when it has trained a few steps, then for each line with a number of seconds that it reads: trains for
that long and prints how many steps it took, in how many seconds, 0, and in how many seconds of processor time.
"""
import sys
import time

import torch

depth, width, batch, threads = map(int, sys.argv[1:5])
torch.set_num_threads(threads)
torch.set_num_interop_threads(1)
torch.manual_seed(1)

layers = []
fan_in = 784
for _ in range(depth):
    linear = torch.nn.Linear(fan_in, width)
    torch.nn.init.normal_(linear.weight, 0.0, (1.5 / fan_in) ** 0.5)
    torch.nn.init.normal_(linear.bias, 0.0, 0.05**0.5)
    layers += [linear, torch.nn.Tanh(), torch.nn.Dropout(0.05)]
    fan_in = width
model = torch.nn.Sequential(*layers, torch.nn.Linear(fan_in, 10))
model.train()
optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
loss_of = torch.nn.CrossEntropyLoss()
images = torch.randn(60 * batch, 784)
labels = torch.randint(0, 10, (60 * batch,))
order = torch.randperm(60 * batch)
at = 0


def step():
    global at
    rows = order[at : at + batch]
    at = (at + batch) % (60 * batch)
    optimiser.zero_grad(set_to_none=True)
    loss = loss_of(model(images[rows]), labels[rows])
    loss.backward()
    optimiser.step()
    return loss.item()


for _ in range(5):
    step()
print("ready", flush=True)
for line in sys.stdin:
    end = time.perf_counter() + float(line)
    start = time.perf_counter()
    processor = time.process_time()
    steps = 0
    while time.perf_counter() < end:
        step()
        steps += 1
    print(steps, time.perf_counter() - start, 0, time.process_time() - processor, flush=True)
