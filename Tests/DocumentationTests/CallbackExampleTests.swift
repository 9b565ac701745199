import Foundation
import Ibex
import IbexModels
import IbexTestSupport
import Synchronization
import Testing

@testable import examples

/// The tutorials on callbacks under Examples print what Keras's print: the lines expected here follow from the values of
/// the history in the formats of Keras 3.15, and all that `fit` prints is compared.
@Suite struct CallbackExampleTests {
    private final class Page: Sendable {
        let text = Mutex("")
    }

    /// What a tutorial gives, and the lines that training prints, those of the bar left out.
    private func run<R>(_ body: (DigitImages) throws -> R) throws -> (result: R, lines: [String]) {
        let page = Page()
        let console = Console(write: { text in page.text.withLock { $0 += text } }, terminal: .none)
        let result = try Console.$current.withValue(console) {
            try withDevice("cpu") { try withRandomSeed(42) { try body(DigitImages(.digits)) } }
        }
        return (result, page.text.withLock { $0 }.split(separator: "\n").map(String.init))
    }

    private func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// The lines of epochs: the header, what a callback prints before or after the training, and the finished line.
    private func isBar(_ line: String, _ steps: Int) -> Bool {
        let values = #" - accuracy: \S+ - loss: \S+ - val_accuracy: \S+ - val_loss: \S+( - learning_rate: \S+)?$"#
        return line.range(of: #"^\#(steps)/\#(steps) - \d+s - \d+[mu]?s/step\#(values)"#, options: .regularExpression)
            != nil
    }

    @Test func earlyStoppingIsPrinted() throws {
        let (result, lines) = try run { try stoppingEarly($0, epochs: 200, verbose: 2) }
        let losses = result.history["val_loss"]
        #expect(losses.count < 200 && result.accuracy > 0.9)
        // The first of the smallest, and three epochs after it.
        let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
        #expect(result.bestEpoch == best && losses.count == best + 4)
        #expect(Array(lines.prefix(1)) == ["Epoch 1/200"] && isBar(lines[1], 9))
        #expect(lines.count(where: { isBar($0, 9) }) == losses.count)
        #expect(lines.count(where: { $0.hasSuffix("/200") }) == losses.count)
        let end = [
            "Epoch \(losses.count): early stopping",
            "Restoring model weights from the end of the best epoch: \(best + 1).",
        ]
        #expect(Array(lines.dropFirst(2 * losses.count).prefix(2)) == end)
    }

    @Test func checkpointsArePrinted() throws {
        let scratch = try Scratch()
        let (result, lines) = try run { try bestModels($0, epochs: 12, models: scratch.path, verbose: 2) }
        var (expected, files, best): ([String], [String], Double?) = ([], [], nil)
        for (epoch, loss) in result.history["val_loss"].enumerated() {
            expected.append("Epoch \(epoch + 1)/12")
            let former = best.map { fixed($0, 5) } ?? "None"
            if best.map({ loss < $0 }) ?? true {
                let name = String(format: "model-%02d-%.3f.h5", epoch + 1, loss)
                let path = scratch.file(name)
                expected.append(
                    "Epoch \(epoch + 1): val_loss improved from \(former) to \(fixed(loss, 5)), saving model to \(path)"
                )
                expected.append("Epoch \(epoch + 1): finished saving model to \(path)")
                files.append(name)
                best = loss
            } else {
                expected.append("Epoch \(epoch + 1): val_loss did not improve from \(former)")
            }
        }
        #expect(files.count > 2 && expected.contains { $0.contains("did not improve") }, "\(expected)")
        #expect(lines.filter { $0.hasPrefix("Epoch") } == expected)
        #expect(try result.files == files && scratch.names == files)
        #expect(result.accuracy > 0.9)
    }

    @Test func ratesArePrinted() throws {
        let (result, lines) = try run { try learningRates($0, epochs: 16, verbose: 2) }
        let (scheduled, reduced) = (result.scheduled["learning_rate"], result.reduced["learning_rate"])
        #expect(scheduled.count == 16 && reduced.count == 16)
        let printed = lines.filter { $0.hasPrefix("Epoch") && !$0.hasSuffix("/16") }
        for (epoch, line) in printed.prefix(16).enumerated() {
            let rate = epoch < 8 ? 0.5 : 0.5 * exp(-0.1 * Double(epoch - 7))
            #expect(abs(scheduled[epoch] - rate) < 1e-6)
            let words = "Epoch \(epoch + 1): LearningRateScheduler setting learning rate to "
            #expect(line.hasPrefix(words) && line.hasSuffix("."))
            let said = try #require(Double(line.dropFirst(words.count).dropLast()))
            #expect(abs(said - rate) < 1e-6)
        }
        // The losses say when the rate falls: two epochs without a new best, counted from the last fall.
        var (expected, best, wait, rate): ([String], Double, Int, Double) = ([], .infinity, 0, 0.5)
        for (epoch, loss) in result.reduced["val_loss"].enumerated() {
            #expect(abs(reduced[epoch] - rate) < 1e-6)
            if loss < best - 1e-4 {
                (best, wait) = (loss, 0)
            } else {
                wait += 1
                guard wait >= 2, rate > 0.001 else { continue }
                (rate, wait) = (max(rate * 0.2, 0.001), 0)
                expected.append("Epoch \(epoch + 1): ReduceLROnPlateau reducing learning rate to ")
            }
        }
        #expect(!expected.isEmpty && printed.dropFirst(16).count == expected.count)
        for (line, words) in zip(printed.dropFirst(16), expected) { #expect(line.hasPrefix(words)) }
    }
}
