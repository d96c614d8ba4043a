using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Http;

/// <summary>
/// Values of reports that are mended or left out where others are refused: whoever is refused a report has no better one, and a lease ends
/// over an ornament.
/// </summary>
internal ref partial struct BodyReader
{
    /// <summary>Text on one line, cut to so many characters; empty is none.</summary>
    public string? Line(int max) => ReadString() is { Length: > 0 } text ? ErrorText.OneLine(text, max) : null;

    /// <summary>A whole number; one out of bounds is none.</summary>
    public int? WholeOrNone(int min, int max) =>
        Number("a whole number") && _json.TryGetDouble(out double number) && number == Math.Truncate(number)
            && number >= min && number <= max
            ? (int)number
            : null;

    /// <summary>A number; one out of bounds is the nearest within.</summary>
    public double? Clamped(double min, double max) =>
        Number("a number") && _json.TryGetDouble(out double value) ? Math.Clamp(value, min, max) : null;

    /// <summary>Any JSON, copied exactly as it is written; a sentence in the place of what is too large or too deep.</summary>
    public JsonText? RawOrSentence()
    {
        Read();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        int start = (int)_json.TokenStartIndex;
        bool isTooDeep = IsSkippedTooDeep(out _);
        ReadOnlySpan<byte> value = _utf8[start..(int)_json.BytesConsumed];
        if (!isTooDeep && value.Length <= _valueBytesMax)
        {
            return JsonText.Of(value.ToArray());
        }

        JsonText sentence = ErrorText.ToValue(isTooDeep
            ? $"Left out: it is nested too deep. A report has {DepthMax} levels at most."
            : $"Left out: it has {value.Length} bytes. At most {_valueBytesMax} are kept.");
        return sentence.Length <= _valueBytesMax ? sentence : null;
    }

    /// <summary>Passes over the present value.</summary>
    /// <param name="place">Where it first was too deep.</param>
    /// <returns>Whether it is deeper than a document may be.</returns>
    private bool IsSkippedTooDeep(out long place)
    {
        place = -1;
        if (_json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return false;
        }

        int depth = _json.CurrentDepth;
        do
        {
            if (place < 0 && _json.CurrentDepth >= _depthMax && _json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                place = _json.TokenStartIndex;
            }

            Read();
        }
        while (_json.CurrentDepth > depth);

        return place >= 0;
    }
}
