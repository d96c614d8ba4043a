using System.Security.Cryptography;
using System.Text;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// The tag of a part's HTML. What stands inside <c>&lt;time&gt;</c> does not count: an age grows by itself, in the browser too.
/// </summary>
internal static class EntityTag
{
    private const string Opens = "<time ";
    private const string Closes = "</time>";

    public static string Of(string html)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlySpan<char> rest = html;
        while (rest.IndexOf(Opens) is int opens && opens >= 0)
        {
            int inside = rest[opens..].IndexOf('>') is int close && close >= 0 ? opens + close + 1 : rest.Length;
            Add(hash, rest[..inside]);
            rest = rest[inside..];
            rest = rest.IndexOf(Closes) is int end && end >= 0 ? rest[end..] : [];
        }

        Add(hash, rest);
        return $"\"{Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}\"";
    }

    private static void Add(IncrementalHash hash, ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        hash.AppendData(bytes);
    }
}
