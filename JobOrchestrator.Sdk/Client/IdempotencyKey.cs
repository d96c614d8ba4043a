namespace JobOrchestrator.Sdk;

/// <summary>What can be an idempotency key. It stands in a header, and one that cannot would be left out there without a word.</summary>
internal static class IdempotencyKey
{
    /// <summary>The most characters of the key of one job.</summary>
    public const int LengthMax = 255;

    /// <summary>The most characters of the key of many jobs: each further request with some of them has the key and its number.</summary>
    public const int OfManyMax = 240;

    /// <summary>The key itself.</summary>
    /// <exception cref="ArgumentException">It cannot be one.</exception>
    public static string Require(string key, int lengthMax) =>
        key.Length > 0 && key.Length <= lengthMax && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? key
            : throw new ArgumentException(
                $"\"{key}\" cannot be an idempotency key: 1 to {lengthMax} visible ASCII characters, no spaces.", nameof(key));
}
