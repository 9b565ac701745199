import IbexModels

extension Report {
    /// The counts of right and wrong answers by classes, and what the classes are called.
    var classes: (counts: [[Int]], names: [String])? {
        guard let note = record?.evaluation, !note.confusion.isEmpty else { return nil }
        let names = note.classNames.isEmpty ? note.confusion.indices.map(String.init) : note.classNames
        return (note.confusion, names)
    }

    /// Precision, recall and F1 of each class.
    var classTable: HTML {
        guard let (counts, names) = classes else { return .nothing }
        func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? .nan : Double(part) / Double(whole) }
        func text(_ share: Double) -> String { share.isNaN ? "–" : ReportNumbers.percent(share) }
        let rows = counts.indices.map { index in
            let (right, isClass) = (counts[index][index], counts[index].reduce(0, +))
            let taken = counts.reduce(0) { $0 + $1[index] }
            return [
                names[index], text(share(right, taken)), text(share(right, isClass)),
                text(share(2 * right, isClass + taken)), NumberText.grouped(isClass),
            ]
        }
        return .table(
            caption: "For each class: which share of the answers that name it is right (precision), which share of its "
                + "samples is found (recall), their harmonic mean (F1), and how many samples it has",
            header: ["class", "precision", "recall", "F1", "samples"], rows: rows)
    }
}
