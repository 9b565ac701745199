"""Models with operations between their layers, models that share a layer, and weights in several files, as Keras saves them.

    python generate_operations.py --out data/operations

Run it with Keras 3.15 and with Keras 2.12. Each writes `keras3_operations.*` or `keras2_operations.*`: a model whose
inputs go through `x / 255`, `2 * x + 1`, means, roots and the like. Keras 3 also writes `keras3_shared.keras`, two models
inside a model that share a layer, and `keras3_sharded.weights.json` with files of 0.2 KB: the weights of
`keras3_shared.keras`. The `.safetensors` beside them have `x.0`, `prediction` and what they are of.
"""

import argparse
import os

import keras
import numpy as np

from oracle_io import write_safetensors

IS_KERAS3 = keras.__version__.startswith("3")
if IS_KERAS3:
    from keras import ops

    mean, total, root, size, largest, join, shape = (
        ops.mean, ops.sum, ops.sqrt, ops.abs, ops.maximum, ops.concatenate, ops.reshape)
    relu, exp = ops.relu, ops.exp
else:
    import tensorflow as tf
    from tensorflow import keras

    mean, total, root, size, largest, join, shape = (
        tf.reduce_mean, tf.reduce_sum, tf.sqrt, tf.abs, tf.maximum, tf.concat, tf.reshape)
    relu, exp = tf.nn.relu, tf.exp
L = keras.layers


def operations():
    x = keras.Input((4,), name="x")
    h = L.Dense(3, name="dense")(2 * (x / 255 - 0.5) + 1)
    parts = join([mean(h, axis=-1, keepdims=True), root(size(h) + 1e-3)], axis=-1)
    y = (-largest(parts, 0.1)) ** 2
    y = 1 - total(shape(y, (-1, 2, 2)), axis=[1])
    return keras.Model(x, [L.Dense(2, name="last")(y * y), relu(exp(h) - 1.0)], name="operations")


def shared():
    common = L.Dense(3, activation="tanh", name="common")
    left_in, right_in = keras.Input((4,), name="left_in"), keras.Input((4,), name="right_in")
    left = keras.Model(left_in, L.Dense(2, name="left_out")(common(left_in)), name="left")
    right = keras.Model(right_in, common(right_in), name="right")
    x = keras.Input((4,), name="x")
    return keras.Model(x, L.Concatenate(name="both")([left(x), right(x)]), name="shared")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    out = parser.parse_args().out
    os.makedirs(out, exist_ok=True)
    generation = "keras3" if IS_KERAS3 else "keras2"
    models = [operations(), shared()] if IS_KERAS3 else [operations()]
    rng = np.random.default_rng(5)
    for model in models:
        for weight in model.weights:
            weight.assign(rng.normal(0, 0.3, weight.shape).astype("float32"))
        x = rng.uniform(0, 255, (6, 4)).astype("float32") if model.name == "operations" else rng.normal(size=(6, 4))
        x = x.astype("float32")
        name = os.path.join(out, f"{generation}_{model.name}")
        results = model.predict(x, verbose=0)
        results = results if isinstance(results, list) else [results]
        tensors = {f"prediction.{i}": np.asarray(y) for i, y in enumerate(results)}
        write_safetensors(name + ".safetensors", {"x.0": x, **tensors})
        model.save(name + (".keras" if IS_KERAS3 else ".h5"))
        if model.name == "shared":
            model.save_weights(os.path.join(out, "keras3_sharded.weights.json"), max_shard_size=60 / 1024**3)


main()
