namespace JobOrchestrator.Shards;

/// <summary>A call to the sidecar that did not succeed. What it means for the call is the type: never sent, refused, or unclear.</summary>
/// <remarks>
/// Whoever adapts a sidecar decides which one it is, once and from all that it knows; everything else goes by the type alone. What
/// cannot be told apart is <see cref="UnclearException"/>: taking a call for undone that was done costs more than asking once more.
/// </remarks>
internal abstract class CallException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Whether it speaks of an ETag. Stores word that as they like, and a transaction's refusal has no code of its own: a hint, no proof.
    /// </summary>
    public bool SpeaksOfETag => Message.Contains("etag", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The call certainly never reached the sidecar: nothing has been done, and trying again may help.</summary>
internal sealed class NeverSentException(string message, Exception? inner = null) : CallException(message, inner);

/// <summary>
/// The sidecar has answered, and the answer is no: nothing is under way any more, and the same call gets the same answer.
/// </summary>
internal sealed class RefusedException(string message, Exception? inner = null) : CallException(message, inner)
{
    /// <summary>
    /// It is refused for now alone: the store has more to do than it is paid for (429), and the same call passes after a pause.
    /// </summary>
    public bool IsForNow { get; init; }

    /// <summary>The request, or its answer, is more than the sidecar lets through: a smaller one may pass.</summary>
    public bool IsTooLarge { get; init; }
}

/// <summary>
/// The connection broke, time ran out, or the answer was none: the call may or may not have been carried out, or may be yet.
/// </summary>
internal sealed class UnclearException(string message, Exception? inner = null) : CallException(message, inner)
{
    /// <summary>
    /// There was an answer, an error of the sidecar's or of its store's: it proves nothing (the store may carry the call out a moment
    /// later), but the same call may well get the same answer again.
    /// </summary>
    public bool IsAnswer { get; init; }

    /// <summary>
    /// The answer says that the store is full, or can write nothing for now: whatever the call is about, it is not to blame.
    /// </summary>
    public bool IsForNow { get; init; }
}
