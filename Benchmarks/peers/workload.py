"""What the peers' programs share: options, data, the sizes of the six workloads, and the record of a run.

A program trains one workload in its process, so that peak memory and start-up are that workload's own. The data set
lies in memory whole; an epoch takes at most `--steps` steps of it. The record has the keys of `bench --json`.
"""
import argparse, gzip, json, os, struct, time

# Where several frameworks' OpenMP runtimes share a process, they slow each other down unless told how many threads.
os.environ.setdefault("OMP_NUM_THREADS", str(len(os.sched_getaffinity(0))))

import numpy as np


class Size:
    """Batch size, epochs, training rows, and whether an image enters as one row of pixels."""

    def __init__(self, batch, epochs, rows, is_flat):
        self.batch, self.epochs, self.rows, self.is_flat = batch, epochs, rows, is_flat


SIZES = {
    "mlp-10": Size(100, 5, 60000, True),
    "mlp-20-15-l2": Size(128, 5, 48000, True),
    "mlp-784": Size(128, 5, 60000, True),
    "mlp-784-adam": Size(256, 3, 45000, True),
    "cnn-32": Size(128, 6, 20000, False),
    "cnn-32-64": Size(128, 2, 60000, False),
}


def parse_options(description, add=lambda parser: None):
    """The options of every program, with `size`, the workload's own; `steps` is settled from it."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("workload", choices=SIZES)
    parser.add_argument("--data", required=True, help="the folder of MNIST's four files, gzipped or not")
    parser.add_argument("--epochs", type=int, help="default: the workload's own")
    parser.add_argument("--steps", type=int, help="the most steps an epoch takes (default: all rows)")
    add(parser)
    options = parser.parse_args()
    options.size = SIZES[options.workload]
    options.epochs = options.epochs or options.size.epochs
    whole = -(-options.size.rows // options.size.batch)
    options.steps = min(options.steps or whole, whole)
    return options


def read_idx(folder, name):
    """An array of bytes in MNIST's own format: the rank in the fourth byte, big-endian extents, then the elements."""
    path = os.path.join(folder, name)
    opened = open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz", "rb")
    with opened as file:
        rank = file.read(4)[3]
        shape = struct.unpack(f">{rank}I", file.read(4 * rank))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


def load(options):
    """((images, labels) to train on, (images, labels) to test on): float32 from 0 to 1, whole numbers."""
    parts = []
    for prefix, rows in (("train", options.size.rows), ("t10k", None)):
        images = read_idx(options.data, prefix + "-images-idx3-ubyte")[:rows].astype("float32") / 255
        images = images.reshape(len(images), 784) if options.size.is_flat else images[..., None]
        parts.append((images, read_idx(options.data, prefix + "-labels-idx1-ubyte")[:rows].astype("int64")))
    return parts


def seconds_since_start():
    """How long this process has been running; the system counts its start in hundredths of a second."""
    with open("/proc/self/stat") as file:
        ticks = int(file.read().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def peak_memory():
    """The most memory that this process has held, in MiB."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024


def report(options, peer, versions, seconds, first_step, parameters, loss, accuracy):
    """Prints the run's record as one line of JSON; `seconds` are those of each epoch."""
    steady = min(seconds[1:] or seconds)
    print(json.dumps({
        "peer": peer, "workload": options.workload, "epoch_s": [round(s, 4) for s in seconds],
        "step_ms": round(steady / options.steps * 1e3, 4), "params": parameters, "loss": round(float(loss), 4),
        "test_accuracy": round(float(accuracy), 4), "first_step_s": round(first_step, 3),
        "peak_rss_mb": round(peak_memory(), 1), "versions": versions}), flush=True)
