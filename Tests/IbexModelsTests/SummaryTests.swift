import IbexModels
import Testing

@Suite struct SummaryTests {
    /// The text that Keras 3.15 prints for this model, standard output being no terminal.
    @Test func looksLikeKeras() {
        let model = Sequential(
            [Input(shape: [784]), Dense(784, activation: .relu, name: "dense"), Dense(10, name: "dense_1")],
            name: "sequential")
        let expected = """
            Model: "sequential"
            ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
            ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
            ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
            │ dense (Dense)                   │ (None, 784)            │       615,440 │
            ├─────────────────────────────────┼────────────────────────┼───────────────┤
            │ dense_1 (Dense)                 │ (None, 10)             │         7,850 │
            └─────────────────────────────────┴────────────────────────┴───────────────┘
             Total params: 623,290 (2.38 MB)
             Trainable params: 623,290 (2.38 MB)
             Non-trainable params: 0 (0.00 B)

            """
        #expect(model.summary(lineLength: 76) == expected)
    }

    /// The totals that Keras prints for three of the reference workloads.
    @Test func totalsAreKerass() {
        let small = Sequential([
            Input(shape: [784]), Dense(10, activation: .sigmoid), Dense(10, activation: .softmax),
        ])
        #expect(small.summary().contains("Total params: 7,960 "))
        let wide = Sequential([
            Input(shape: [784]), Dense(784, activation: .relu), Dense(10, activation: .softmax),
        ])
        #expect(wide.summary().contains("Total params: 623,290 "))
        let convolutional = Sequential([
            Input(shape: [28, 28, 1]), Conv2D(32, kernelSize: 3, activation: .relu), MaxPooling2D(2), Dropout(0.25),
            Flatten(), Dropout(0.5), Dense(10, activation: .softmax),
        ])
        #expect(convolutional.summary().contains("Total params: 54,410 "))
    }

    @Test func showsWhatIsNotBuilt() {
        let text = Sequential([Dense(3, name: "first")]).summary(lineLength: 76)
        #expect(text.contains("│ first (Dense)                   │ ?                      │   0 (unbuilt) │"))
    }
}
