import IbexModels
import Testing

/// What is printed while a model trains.
@Suite struct ProgressTests {
    private final class Page { var text = "" }

    private func shown(_ verbosity: Verbosity, isTerminal: Bool, epochs: Int = 2) -> String {
        let page = Page()
        let progress = Progress(verbosity, epochs: epochs, steps: 3, isTerminal: isTerminal) { page.text += $0 }
        progress.begin(epoch: 0)
        for step in 1...3 where progress.isDue(step) {
            progress.update(step, logs: ["accuracy": 0.40625, "loss": 1.17694])
        }
        progress.end(["accuracy": 0.75, "loss": 0.5, "val_loss": 0.0005])
        return page.text
    }

    @Test func silence() { #expect(shown(.silent, isTerminal: true).isEmpty) }

    @Test func linesWhereThereIsNoTerminal() {
        for verbosity in [Verbosity.bar, .lines] {
            let text = shown(verbosity, isTerminal: false)
            #expect(text.hasPrefix("Epoch 1/2\n3/3 - 0s - "))
            #expect(text.hasSuffix("/step - accuracy: 0.7500 - loss: 0.5000 - val_loss: 5.0000e-04\n"))
            #expect(!text.contains("\u{1B}"))
        }
        #expect(shown(.lines, isTerminal: true, epochs: 1).hasPrefix("3/3 - 0s - "))
    }

    /// Keras 3.15's bytes: a bold counter, the finished cells green, the others white, a bold time.
    @Test func bar() {
        let text = shown(.bar, isTerminal: true)
        let cells = String(repeating: "━", count: 20)
        let (green, white) = (cells.prefix(6), cells.prefix(14))
        let first =
            "\r\u{1B}[1m1/3\u{1B}[0m \u{1B}[32m\(green)\u{1B}[0m\u{1B}[37m\(white)\u{1B}[0m \u{1B}[1m0s\u{1B}[0m "
        #expect(text.contains(first))
        #expect(text.contains("/step - accuracy: 0.4062 - loss: 1.1769"))
        #expect(
            text.contains(
                "\r\u{1B}[1m3/3\u{1B}[0m \u{1B}[32m\(cells)\u{1B}[0m\u{1B}[37m\u{1B}[0m \u{1B}[1m0s\u{1B}[0m "))
        #expect(text.hasSuffix(" - accuracy: 0.7500 - loss: 0.5000 - val_loss: 5.0000e-04\n"))
    }

    @Test func times() {
        #expect(ProgressText.remaining(59.9) == "59s")
        #expect(ProgressText.remaining(65) == "1:05")
        #expect(ProgressText.remaining(7384) == "2:03:04")
        #expect(ProgressText.perStep(2.4) == "2s/step")
        #expect(ProgressText.perStep(0.0124) == "12ms/step")
        #expect(ProgressText.perStep(0.000_33) == "330us/step")
        #expect(ProgressText.width("\u{1B}[1mab\u{1B}[0m━") == 3)
    }
}
