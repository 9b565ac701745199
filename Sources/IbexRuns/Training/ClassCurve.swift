import IbexModels
import IbexPictures

/// The ROC curve of a class against the others.
struct ClassCurve: Sendable, Hashable {
    let number: Int
    /// The share of the others that is taken for the class, and the share of its samples that is found, from 0 to 1.
    let falsePositiveRates, truePositiveRates: [Double]

    /// As a picture takes it.
    func named(_ name: String) -> Picture.Curve { .init(name: name, x: falsePositiveRates, y: truePositiveRates) }

    /// The area below it.
    var area: Double { named("").area }
}

extension ClassCurve {
    init(_ number: Int, _ curve: ROCCurve) {
        self.init(
            number: number, falsePositiveRates: curve.falsePositiveRates, truePositiveRates: curve.truePositiveRates)
    }
}
