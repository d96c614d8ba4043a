using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Owners;

/// <summary>Which owners a caller sees: itself, or all where it sees all jobs. What is known of owners is not known by queue.</summary>
/// <param name="Owner">This one; null: all.</param>
/// <param name="WithNames">Whether it is told by which key feeds are read.</param>
internal sealed record OwnersScope(string? Owner, bool WithNames)
{
    /// <summary>A caller's.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="owner">Only this one; null: all.</param>
    /// <exception cref="ProblemException">403: the caller sees some queues alone, or asks for another owner.</exception>
    public static OwnersScope Of(Caller caller, string? owner)
    {
        if (caller.Queues is null)
        {
            return new OwnersScope(owner, caller.MayOperateAll);
        }

        if (caller.Owner is not { } own)
        {
            throw new ProblemException(new Problem(
                ProblemType.Forbidden,
                "This key is for some queues, and owners are shown to those who see every queue, or to themselves."));
        }

        return owner is null || owner == own
            ? new OwnersScope(own, WithNames: false)
            : throw new ProblemException(new Problem(ProblemType.Forbidden, $"This key sees the owner '{own}' alone."));
    }
}
