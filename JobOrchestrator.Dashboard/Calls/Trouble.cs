namespace JobOrchestrator.Dashboard.Calls;

/// <summary>Why the API did not answer what was asked.</summary>
public abstract record Trouble
{
    private Trouble()
    {
    }

    /// <summary>A sentence for people.</summary>
    public abstract string Text { get; }

    /// <summary>It does not answer, or too late; trying again may help.</summary>
    /// <param name="Reason">What was met.</param>
    public sealed record Away(string Reason) : Trouble
    {
        public override string Text => Reason;
    }

    /// <summary>It does not know who asks: nobody has signed in, or no longer counts.</summary>
    /// <param name="Reason">What is wrong with what was sent; null: it is not said.</param>
    public sealed record Unknown(string? Reason = null) : Trouble
    {
        public override string Text => "Sign in to see this.";
    }

    /// <summary>Who asks may not.</summary>
    /// <param name="Reason">Which permission is missing.</param>
    public sealed record NotAllowed(string Reason) : Trouble
    {
        public override string Text => Reason;
    }

    /// <summary>There is none.</summary>
    /// <param name="Gone">There was one, and it has been forgotten.</param>
    public sealed record Missing(bool Gone) : Trouble
    {
        public override string Text => Gone ? "It has been purged, or its time was over." : "There is none, or it is not yours to see.";
    }

    /// <summary>It refused what was asked.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Title">What kind of refusal, in words.</param>
    /// <param name="Detail">What happened this time.</param>
    /// <param name="JobId">The job that it is about.</param>
    public sealed record Refused(int Status, string Title, string? Detail, string? JobId) : Trouble
    {
        public override string Text => Detail is null ? Title : $"{Title} {Detail}";
    }
}
