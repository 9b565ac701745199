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

    @Test func showsWhatIsNotBuilt() {
        let text = Sequential([Dense(3, name: "first")]).summary(lineLength: 76)
        #expect(text.contains("│ first (Dense)                   │ ?                      │   0 (unbuilt) │"))
    }
}
