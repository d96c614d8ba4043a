using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Features.Submissions;

/// <summary>What comes with a submission besides its body.</summary>
/// <param name="IdempotencyKey">The key under which a repetition is recognised.</param>
/// <param name="Fingerprint">A hash of the request, if it has a key.</param>
/// <param name="OnDuplicate">What to do when a key is taken.</param>
internal readonly record struct SubmissionHeaders(string? IdempotencyKey, UInt128 Fingerprint, OnDuplicate OnDuplicate)
{
    /// <summary>Longest idempotency key, in characters.</summary>
    public const int IdempotencyKeyMax = 255;

    /// <summary>Between a batch's key and the place of an item.</summary>
    private const char ItemMark = '#';

    /// <param name="http">The request.</param>
    /// <param name="route">The operation, as it enters the fingerprint: a key belongs to one operation, however its path is spelt.</param>
    /// <param name="body">The body's bytes.</param>
    /// <param name="caller">Who calls.</param>
    /// <exception cref="ProblemException">400: the key or <c>onDuplicate</c> cannot be read.</exception>
    public static SubmissionHeaders Read(HttpContext http, string route, ReadOnlySpan<byte> body, Caller caller)
    {
        OnDuplicate onDuplicate = ReadOnDuplicate(http.Request);
        string? key = ReadKey(http.Request.Headers["Idempotency-Key"]);
        return new SubmissionHeaders(key, key is null ? default : Hash(route, onDuplicate, caller, body), onDuplicate);
    }

    /// <summary>The same for one item of a batch, whose key is made of the batch's and its place.</summary>
    public SubmissionHeaders OfBatchItem(int index) =>
        IdempotencyKey is { } key ? this with { IdempotencyKey = $"{key}{ItemMark}{index.ToString(CultureInfo.InvariantCulture)}" } : this;

    /// <summary>
    /// The same for a job that is submitted alone. A key that an item of a batch could have gets a blank behind it, which no header's key
    /// has, so that the two never meet. The rarer form changes: stored keys of batches stay what they are.
    /// </summary>
    public SubmissionHeaders OfOne() =>
        IdempotencyKey is { } key && IsLikeAnItems(key) ? this with { IdempotencyKey = key + ' ' } : this;

    private static bool IsLikeAnItems(string key)
    {
        int mark = key.LastIndexOf(ItemMark);
        return mark > 0 && mark + 1 < key.Length && !key.AsSpan(mark + 1).ContainsAnyExceptInRange('0', '9');
    }

    private static OnDuplicate ReadOnDuplicate(HttpRequest request)
    {
        // Without a query nothing is parsed.
        string? word = request.Query["onDuplicate"];
        return word?.ToUpperInvariant() switch
        {
            null or "REJECT" => OnDuplicate.Reject,
            "RETURN" => OnDuplicate.Return,
            "REPLACE" => OnDuplicate.Replace,
            _ => throw new ProblemException(Problems.Malformed("Query parameter onDuplicate: expected reject, return or replace.")),
        };
    }

    private static string? ReadKey(StringValues values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        string? key = values.Count == 1 ? values[0] : null;
        if (string.IsNullOrEmpty(key) || key.Length > IdempotencyKeyMax || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ProblemException(
                Problems.Malformed($"Header Idempotency-Key: expected 1 to {IdempotencyKeyMax} visible ASCII characters, once."));
        }

        return key;
    }

    private static UInt128 Hash(string route, OnDuplicate onDuplicate, Caller caller, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{route}\n{onDuplicate}\n{caller.Owner}\n"));
        hash.AppendData(body);
        return BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
    }
}
