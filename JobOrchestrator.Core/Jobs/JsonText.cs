using System.Text;

namespace JobOrchestrator.Core;

/// <summary>
/// A caller's JSON exactly as it was written, in UTF-8. It is never parsed and never re-encoded on its way through,
/// so that numbers with thirty digits and odd spacing come back byte for byte. A job's input may be left in the store: then memory
/// knows how long it is and whose document holds it, and whoever wants the bytes has to read them first.
/// </summary>
public sealed class JsonText : IEquatable<JsonText>
{
    private readonly ReadOnlyMemory<byte> _utf8;
    private readonly Place? _left;

    /// <param name="utf8">Well-formed JSON; the caller has checked it. The bytes are kept, not copied.</param>
    public JsonText(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    private JsonText(Place left) => _left = left;

    /// <summary>The text's bytes.</summary>
    /// <exception cref="InvalidOperationException">They were left in the store.</exception>
    public ReadOnlySpan<byte> Utf8 => Memory.Span;

    /// <summary>The same bytes, for what reads them later.</summary>
    /// <exception cref="InvalidOperationException">They were left in the store.</exception>
    public ReadOnlyMemory<byte> Memory => _left is null
        ? _utf8
        : throw new InvalidOperationException($"The text was left in the document of job {_left.Document} and has not been read back.");

    /// <summary>The text's length in bytes.</summary>
    public int Length => _left?.Length ?? _utf8.Length;

    /// <summary>The job whose stored document holds the text's bytes, which are not here; null: they are here.</summary>
    public JobId? LeftIn => _left?.Document;

    /// <summary>The text without its bytes, which a stored document holds.</summary>
    /// <param name="document">The job whose document it is.</param>
    public JsonText Left(JobId document) => new(new Place(document, Length));

    /// <summary>Keeps the UTF-8 form of <paramref name="json"/>, which has to be well formed.</summary>
    public static JsonText Of(string json) => new(Encoding.UTF8.GetBytes(json));

    public bool Equals(JsonText? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && (_left is null && other._left is null ? Utf8.SequenceEqual(other.Utf8) : _left is not null && _left == other._left));

    public override bool Equals(object? obj) => Equals(obj as JsonText);

    public override int GetHashCode()
    {
        if (_left is not null)
        {
            return _left.GetHashCode();
        }

        var hash = new HashCode();
        hash.AddBytes(Utf8);
        return hash.ToHashCode();
    }

    public override string ToString() => Encoding.UTF8.GetString(Utf8);

    private sealed record Place(JobId Document, int Length);
}
