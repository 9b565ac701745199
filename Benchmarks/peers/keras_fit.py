"""Times one workload in Keras, through `fit`, on the backend that KERAS_BACKEND names.

Usage: KERAS_BACKEND=tensorflow|torch|jax python keras_fit.py WORKLOAD --data DIR [--epochs N] [--steps N]
"""
import os, time
from importlib.metadata import version

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from workload import load, parse_options, report, seconds_since_start

options = parse_options(__doc__)

import keras
from keras import layers

LAYERS = {
    "mlp-10": lambda: [layers.Dense(10, activation="sigmoid"), layers.Dense(10, activation="softmax")],
    "mlp-20-15-l2": lambda: [
        layers.Dense(units, activation=name, kernel_regularizer=keras.regularizers.L2(0.01))
        for units, name in ((20, "relu"), (15, "relu"), (10, "softmax"))],
    "mlp-784": lambda: [layers.Dense(784, activation="relu"), layers.Dense(10, activation="softmax")],
    "mlp-784-adam": lambda: [layers.Dense(784, activation="relu"), layers.Dense(10, activation="softmax")],
    "cnn-32": lambda: [
        layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2), layers.Dropout(0.25), layers.Flatten(),
        layers.Dropout(0.5), layers.Dense(10, activation="softmax")],
    "cnn-32-64": lambda: [
        layers.Conv2D(32, 3, activation="relu"), layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2),
        layers.Dropout(0.25), layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dropout(0.5),
        layers.Dense(10, activation="softmax")],
}
OPTIMIZERS = {"mlp-10": "sgd", "mlp-784": "rmsprop"}


class EpochTimes(keras.callbacks.Callback):
    """How long each epoch took. It watches no single step, so that none waits for it."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.start)


keras.utils.set_random_seed(42)
(x, labels), (x_test, labels_test) = load(options)
y, y_test = (keras.utils.to_categorical(part, 10) for part in (labels, labels_test))
model = keras.Sequential([keras.Input(shape=x.shape[1:])] + LAYERS[options.workload]())
model.compile(optimizer=OPTIMIZERS.get(options.workload, "adam"), loss="categorical_crossentropy",
              metrics=["accuracy"])

batch = options.size.batch
model.fit(x[:batch], y[:batch], batch_size=batch, verbose=0)
first_step = seconds_since_start()

times = EpochTimes()
whole = options.steps * batch >= len(x)
history = model.fit(x, y, batch_size=batch, epochs=options.epochs, verbose=0, callbacks=[times],
                    steps_per_epoch=None if whole else options.steps)
_, accuracy = model.evaluate(x_test, y_test, batch_size=256, verbose=0)

backend = keras.backend.backend()
package = {"tensorflow": "tensorflow-cpu"}.get(backend, backend)
report(options, f"keras-{backend}", {"keras": keras.__version__, backend: version(package)}, times.seconds, first_step,
       model.count_params(), history.history["loss"][-1], accuracy)
