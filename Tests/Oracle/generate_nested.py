"""Models inside models and layers inside layers, as Keras saves them: where each weight stands in a file.

    python generate_nested.py --out data/nested

Run it with Keras 3.15 and with Keras 2.12; each writes `keras3_nested.*` or `keras2_nested.*` in every format that it has,
with `keras3_nested.safetensors` (`x.0`, `x.1`, `prediction`, and all weights in Keras's order). Two models in one model,
one of them called twice and one inside TimeDistributed; a frozen layer; layers of one class and shape side by side;
weights of every kind of order (batch normalization, separable convolution, PReLU, Normalization).
"""

import argparse
import os

import keras
import numpy as np

from oracle_io import write_safetensors

IS_KERAS3 = keras.__version__.startswith("3")
if not IS_KERAS3:
    from tensorflow import keras
L = keras.layers


def nested():
    # Inside TimeDistributed, Keras 2 moves the statistics twice in a step: they stay where they are.
    norm = L.BatchNormalization(momentum=1.0, name="step_bn")
    steps = keras.Sequential([keras.Input((4,), name="step"), L.Dense(3, name="step_dense"), norm], name="steps")
    entry = keras.Input((3,), name="twin")
    halves = [L.Dense(2, name="left")(entry), L.Dense(2, name="right")(entry)]
    twin = keras.Model(entry, L.Add(name="sum")(halves), name="twins")
    rows, image = keras.Input((5, 4), name="rows"), keras.Input((6, 6, 2), name="image")
    y = L.TimeDistributed(steps, name="each_step")(rows)
    y = L.Flatten(name="flat")(y)
    dense = L.Dense(3, name="squashed")
    if IS_KERAS3:
        dense = L.SpectralNormalization(dense, name="spectral")
    y = dense(y)
    y = L.Add(name="twice")([twin(y), twin(L.Activation("tanh", name="tanh")(y))])
    z = L.SeparableConv2D(3, 2, name="separable")(image)
    z = L.PReLU(name="prelu")(z)
    z = L.Flatten(name="flat_image")(z)
    z = L.Normalization(name="normal")(z)
    frozen = L.Dense(2, name="frozen")
    frozen.trainable = False
    both = L.Concatenate(name="both")([frozen(z), L.Dense(2, name="free")(z)])
    return keras.Model([rows, image], L.Concatenate(name="all")([y, both]), name="nested")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    out = parser.parse_args().out
    os.makedirs(out, exist_ok=True)
    rng = np.random.default_rng(5)
    model = nested()
    for weight in model.weights:
        values = rng.uniform(0.5, 1.5, weight.shape) if "var" in weight.name else rng.normal(0, 0.3, weight.shape)
        weight.assign(values.astype(weight.dtype if isinstance(weight.dtype, str) else weight.dtype.as_numpy_dtype))
    # Normalization computes with what it took from its weights.
    model.get_layer("normal").finalize_state()
    # Not Adam: the bias before the batch normalization has no gradient but rounding, which it would make a whole step of.
    optimizer = keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, use_ema=True)
    model.compile(optimizer=optimizer, loss="mse", metrics=["mae"])
    x = [rng.normal(size=(6, 5, 4)).astype("float32"), rng.normal(size=(6, 6, 6, 2)).astype("float32")]
    y = rng.normal(size=(6, 6)).astype("float32")
    for _ in range(2):
        model.train_on_batch(x, y)
    name = os.path.join(out, "keras3_nested" if IS_KERAS3 else "keras2_nested")
    tensors = {"x.0": x[0], "x.1": x[1], "y": y, "prediction": model.predict(x, verbose=0)}
    for weight in model.weights:
        path = weight.path if IS_KERAS3 else weight.name[:-2]
        tensors["weight." + path] = np.asarray(weight)
    model.save_weights(name + ".weights.h5")
    if IS_KERAS3:
        model.save(name + ".keras")
    else:
        model.save(name + ".keras", save_format="keras_v3")
        model.save_weights(name + "_weights.h5")
    model.save(name + ".h5")
    model.train_on_batch(x, y)
    tensors["resumed.prediction"] = model.predict(x, verbose=0)
    write_safetensors(name + ".safetensors", tensors)


main()
