"""Opens in real Keras what Ibex saved, and compares what the models answer.

    python check.py FOLDER

Runs under Keras 3 (every format) and under Keras 2.12 (its own `.h5` and `.json`); `scripts/interop` makes both
environments. Each model must predict what it predicted in Ibex, within 1e-5 of the largest magnitude, and after one more
step of training, which takes the optimizer's state, within 1e-4.
"""

import json
import os
import sys
import warnings

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore")

import keras
import numpy as np

IS_KERAS3 = keras.__version__.startswith("3")
if not IS_KERAS3:
    from tensorflow import keras


def arrays(entries):
    return [np.array(e["values"], dtype=e["dtype"]).reshape(e["shape"]) for e in entries]


def pack(values):
    return values[0] if len(values) == 1 else values


def from_json(name):
    with open(name) as file:
        return keras.models.model_from_json(file.read())


def with_weights(architecture, weights):
    model = from_json(architecture)
    model.load_weights(weights)
    return model


def ways(folder, answers):
    """The ways to a model: a name, and how Keras opens it."""
    path = lambda name: os.path.join(folder, name)
    load = keras.models.load_model
    found = {}
    if IS_KERAS3:
        found["keras"] = lambda: load(path("model.keras"))
        found["h5"] = lambda: load(path("model.h5"), compile=False)
        found["json + weights.h5"] = lambda: with_weights(path("model.json"), path("model.weights.h5"))
        found["json + legacy weights"] = lambda: with_weights(path("model.json"), path("model_weights.h5"))
    if os.path.exists(path("keras2.h5")) and (answers["keras3_opens_keras2"] or not IS_KERAS3):
        found["keras2 h5"] = lambda: load(path("keras2.h5"), compile=not IS_KERAS3)
        if not IS_KERAS3:
            found["keras2 json + weights"] = lambda: with_weights(path("keras2.json"), path("keras2_weights.h5"))
    return found


def gap(model, answers, role):
    found = model.predict(pack(arrays(answers["inputs"])), verbose=0)
    found = found if isinstance(found, list) else [found]
    wanted = arrays(answers[role])
    assert len(found) == len(wanted), f"{len(found)} results, expected {len(wanted)}"
    return max(float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-30)) for a, b in zip(found, wanted))


def check(folder):
    with open(os.path.join(folder, "answers.json")) as file:
        answers = json.load(file)
    resumed = "resumed_keras3" if IS_KERAS3 else "resumed_keras2"
    failures = 0
    found = ways(folder, answers)
    for name, open_model in found.items():
        line = f"{os.path.basename(folder):24} {name:24}"
        try:
            model = open_model()
            numbers = {"predicts": (gap(model, answers, "outputs"), 1e-5)}
            if name in ("keras", "keras2 h5") and getattr(model, "optimizer", None) and resumed in answers:
                model.train_on_batch(pack(arrays(answers["inputs"])), pack(arrays(answers["targets"])))
                numbers["trains on"] = (gap(model, answers, resumed), 1e-4)
            passed = all(value <= bound for value, bound in numbers.values())
            text = "  ".join(f"{key} {value:.1e}" for key, (value, _) in numbers.items())
        except Exception as error:
            passed, text = False, f"{type(error).__name__}: {str(error).splitlines()[0][:150]}"
        failures += not passed
        print(f"{'ok  ' if passed else 'FAIL'} {line} {text}", flush=True)
    return failures, len(found)


def main():
    root = sys.argv[1]
    folders = sorted(os.path.join(root, name) for name in os.listdir(root))
    results = [check(folder) for folder in folders]
    failures, total = sum(r[0] for r in results), sum(r[1] for r in results)
    print(f"Keras {keras.__version__}: {total - failures} of {total} files open and answer as in Ibex.")
    sys.exit(1 if failures or not total else 0)


main()
