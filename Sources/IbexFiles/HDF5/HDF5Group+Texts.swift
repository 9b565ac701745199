/// Lists of texts that are too long for one attribute, as Keras keeps them: `layer_names0`, `layer_names1` and on.
extension HDF5Group {
    /// What an attribute's elements may take together, in bytes; HDF5 itself holds 64 KiB.
    private static let mostAttributeBytes = 64512
    /// An element refers to its text, which lies elsewhere, in this many bytes.
    private static let referenceBytes = 16

    /// The texts of an attribute, joined from its parts where it was split; `nil` where there is none.
    package func strings(named name: String) -> [String]? {
        if let whole = attributes[name] { return whole.strings }
        var parts: [[String]] = []
        while let part = attributes[name + String(parts.count)]?.strings { parts.append(part) }
        return parts.isEmpty ? nil : parts.flatMap(\.self)
    }

    /// Sets an attribute to these texts; where they are more than one attribute takes, to the fewest parts of nearly
    /// equal length that each fit.
    package mutating func setStrings(_ texts: [String], named name: String) {
        let elementBytes = max(Self.referenceBytes, texts.map(\.utf8.count).max() ?? 0)
        let mostTexts = max(1, Self.mostAttributeBytes / elementBytes)
        guard texts.count > mostTexts else {
            attributes[name] = .strings(texts)
            return
        }
        let parts = (texts.count + mostTexts - 1) / mostTexts
        for part in 0..<parts {
            let range = texts.share(part, of: parts)
            attributes[name + String(part)] = .strings(Array(texts[range]))
        }
    }
}

extension Array {
    /// The indices of one of several parts; the first ones are longer by one where the count does not divide.
    fileprivate func share(_ part: Int, of parts: Int) -> Range<Int> {
        let (length, longer) = count.quotientAndRemainder(dividingBy: parts)
        let start = part * length + Swift.min(part, longer)
        return start..<start + length + (part < longer ? 1 : 0)
    }
}
