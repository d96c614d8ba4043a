using System.Text;

namespace JobOrchestrator.Core;

/// <summary>
/// A caller's JSON exactly as it was written, in UTF-8. It is never parsed and never re-encoded on its way through,
/// so that numbers with thirty digits and odd spacing come back byte for byte. A job's input may be left in the store: then memory
/// knows how long it is and whose document holds it, and whoever wants the bytes has to read them first.
/// </summary>
public abstract class JsonText : IEquatable<JsonText>
{
    // Two classes of one field or two rather than one with all: there is one of these for each waiting job.
    private JsonText()
    {
    }

    /// <summary>The text's bytes.</summary>
    /// <exception cref="InvalidOperationException">They were left in the store.</exception>
    public ReadOnlySpan<byte> Utf8 => Memory.Span;

    /// <summary>The same bytes, for what reads them later.</summary>
    /// <exception cref="InvalidOperationException">They were left in the store.</exception>
    public abstract ReadOnlyMemory<byte> Memory { get; }

    /// <summary>The text's length in bytes.</summary>
    public abstract int Length { get; }

    /// <summary>The job whose stored document holds the text's bytes, which are not here; null: they are here.</summary>
    public abstract JobId? LeftIn { get; }

    /// <summary>The text without its bytes, which a stored document holds.</summary>
    /// <param name="document">The job whose document it is.</param>
    public JsonText Left(JobId document) => new InStore(document, Length);

    /// <summary>Keeps the UTF-8 form of <paramref name="json"/>, which has to be well formed.</summary>
    public static JsonText Of(string json) => Of(Encoding.UTF8.GetBytes(json));

    /// <param name="utf8">Well-formed JSON; the caller has checked it. The bytes are kept, not copied.</param>
    public static JsonText Of(byte[] utf8) => new Here(utf8);

    public abstract bool Equals(JsonText? other);

    public override bool Equals(object? obj) => Equals(obj as JsonText);

    public abstract override int GetHashCode();

    public override string ToString() => Encoding.UTF8.GetString(Utf8);

    private sealed class Here(byte[] utf8) : JsonText
    {
        public override ReadOnlyMemory<byte> Memory => utf8;

        public override int Length => utf8.Length;

        public override JobId? LeftIn => null;

        public override bool Equals(JsonText? other) =>
            ReferenceEquals(this, other) || (other is Here here && Utf8.SequenceEqual(here.Utf8));

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(Utf8);
            return hash.ToHashCode();
        }
    }

    private sealed class InStore(JobId document, int length) : JsonText
    {
        public override ReadOnlyMemory<byte> Memory =>
            throw new InvalidOperationException($"The text was left in the document of job {document} and has not been read back.");

        public override int Length => length;

        public override JobId? LeftIn => document;

        public override bool Equals(JsonText? other) => other is InStore left && left.LeftIn == document && left.Length == length;

        public override int GetHashCode() => HashCode.Combine(document, length);
    }
}
