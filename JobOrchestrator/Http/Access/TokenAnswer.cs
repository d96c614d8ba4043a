namespace JobOrchestrator.Http;

/// <summary>What has become of a token.</summary>
internal abstract record TokenAnswer
{
    private TokenAnswer()
    {
    }

    /// <summary>It is one of the authority, for this service, and in its time.</summary>
    /// <param name="Caller">Who comes with it.</param>
    public sealed record Taken(Caller Caller) : TokenAnswer;

    /// <summary>It is not taken.</summary>
    /// <param name="Why">A sentence, in ASCII and without anything of the token: it goes into a header.</param>
    public sealed record Refused(string Why) : TokenAnswer;

    /// <summary>That cannot be said: the authority does not answer.</summary>
    public sealed record Unknown : TokenAnswer;
}
