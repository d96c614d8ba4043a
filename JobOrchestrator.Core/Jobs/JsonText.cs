using System.Text;

namespace JobOrchestrator.Core;

/// <summary>
/// A caller's JSON exactly as it was written, in UTF-8. It is never parsed and never re-encoded on its way through,
/// so that numbers with thirty digits and odd spacing come back byte for byte.
/// </summary>
public sealed class JsonText : IEquatable<JsonText>
{
    private readonly ReadOnlyMemory<byte> _utf8;

    /// <param name="utf8">Well-formed JSON; the caller has checked it. The bytes are kept, not copied.</param>
    public JsonText(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    /// <summary>The text's bytes.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8.Span;

    /// <summary>The same bytes, for what reads them later.</summary>
    public ReadOnlyMemory<byte> Memory => _utf8;

    /// <summary>The text's length in bytes.</summary>
    public int Length => _utf8.Length;

    /// <summary>Keeps the UTF-8 form of <paramref name="json"/>, which has to be well formed.</summary>
    public static JsonText Of(string json) => new(Encoding.UTF8.GetBytes(json));

    public bool Equals(JsonText? other) => other is not null && Utf8.SequenceEqual(other.Utf8);

    public override bool Equals(object? obj) => Equals(obj as JsonText);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Utf8);
        return hash.ToHashCode();
    }

    public override string ToString() => Encoding.UTF8.GetString(Utf8);
}
