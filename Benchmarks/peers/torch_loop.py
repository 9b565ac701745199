"""Times one workload in PyTorch, in a training loop as its tutorials write it, without Keras.

Usage: python torch_loop.py WORKLOAD --data DIR [--epochs N] [--steps N] [--compile] [--device cpu|cuda]
The data set is put on the device once and batches are gathered there by a shuffled index, the fastest common way.
"""
import time

import torch
import torch.nn.functional as F
from torch import nn

from workload import load, parse_options, report, seconds_since_start


def add_options(parser):
    parser.add_argument("--compile", action="store_true", help="through torch.compile")
    parser.add_argument("--device", default="cpu")


options = parse_options(__doc__, add_options)
device = torch.device(options.device)


def wide():
    return nn.Sequential(nn.Linear(784, 784), nn.ReLU(), nn.Linear(784, 10))


MODELS = {
    "mlp-10": lambda: nn.Sequential(nn.Linear(784, 10), nn.Sigmoid(), nn.Linear(10, 10)),
    "mlp-20-15-l2": lambda: nn.Sequential(
        nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 15), nn.ReLU(), nn.Linear(15, 10)),
    "mlp-784": wide,
    "mlp-784-adam": wide,
    "cnn-32": lambda: nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten(), nn.Dropout(0.5),
        nn.Linear(5408, 10)),
    "cnn-32-64": lambda: nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10)),
}
OPTIMIZERS = {
    "mlp-10": lambda p: torch.optim.SGD(p, lr=0.01),
    "mlp-784": lambda p: torch.optim.RMSprop(p, lr=0.001, alpha=0.9, eps=1e-7),
}
L2 = {"mlp-20-15-l2": 0.01}


def wait():
    if device.type == "cuda":
        torch.cuda.synchronize()


torch.manual_seed(42)
model = MODELS[options.workload]().to(device)


def on_device(images):
    """Images with the channel where PyTorch wants it, laid out with the channel last."""
    tensor = torch.from_numpy(images).to(device)
    return tensor if options.size.is_flat else tensor.permute(0, 3, 1, 2)


(x, y), (x_test, y_test) = [
    (on_device(images), torch.from_numpy(labels).to(device)) for images, labels in load(options)]
if not options.size.is_flat:
    model = model.to(memory_format=torch.channels_last)
optimizer = OPTIMIZERS.get(options.workload, lambda p: torch.optim.Adam(p, lr=0.001))(model.parameters())
l2 = L2.get(options.workload, 0)


def step(images, labels):
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(images), labels)
    if l2:
        kernels = (p for name, p in model.named_parameters() if name.endswith("weight"))
        loss = loss + l2 * sum(kernel.square().sum() for kernel in kernels)
    loss.backward()
    optimizer.step()
    return loss.detach()


if options.compile:
    step = torch.compile(step)


def epoch(steps):
    """The mean loss over an epoch of so many steps."""
    order = torch.randperm(len(x), device=device)
    total, rows = torch.zeros((), device=device), 0
    for number in range(steps):
        chosen = order[number * options.size.batch:(number + 1) * options.size.batch]
        total += step(x[chosen], y[chosen]) * len(chosen)
        rows += len(chosen)
    return total.item() / rows


epoch(1)
wait()
first_step = seconds_since_start()

seconds = []
for _ in range(options.epochs):
    start = time.perf_counter()
    loss = epoch(options.steps)
    wait()
    seconds.append(time.perf_counter() - start)

model.eval()
with torch.no_grad():
    hits = sum(
        (model(images).argmax(1) == labels).sum().item()
        for images, labels in zip(x_test.split(256), y_test.split(256)))

peer = "torch" + ("-compile" if options.compile else "") + ("" if device.type == "cpu" else f"-{device.type}")
report(options, peer, {"torch": torch.__version__}, seconds, first_step,
       sum(p.numel() for p in model.parameters()), loss, hits / len(x_test))
