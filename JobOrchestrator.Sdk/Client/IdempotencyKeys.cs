namespace JobOrchestrator.Sdk;

/// <summary>
/// A caller's idempotency key goes into a request's head as it is. What cannot stand there is refused before anything is sent: a line end
/// in it would end the header, and a letter beyond ASCII would look like an orchestrator that is away.
/// </summary>
internal static class IdempotencyKeys
{
    /// <summary>What the orchestrator takes.</summary>
    public const int Max = 255;

    /// <summary>Of many jobs: each further request adds its number.</summary>
    public const int ManyMax = 240;

    /// <summary>The key; null where none is said.</summary>
    /// <param name="key">The key.</param>
    /// <param name="max">Most characters.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string? Checked(string? key, int max = Max) =>
        key is null || (key.Length >= 1 && key.Length <= max && !key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            ? key
            : throw new ArgumentException(
                $"An idempotency key has 1 to {max} visible ASCII characters, without blanks. Hash what is something else.", nameof(key));
}
