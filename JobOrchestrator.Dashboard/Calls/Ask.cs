using System.Net;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Calls;

/// <summary>Asks the API once, for so long at most: a page is shown in time, and says what it lacks.</summary>
internal static class Ask
{
    /// <param name="call">The call.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="left">Whoever looks has left.</param>
    public static async Task<Answer<T>> ForAsync<T>(
        Func<CancellationToken, Task<T>> call, TimeSpan limit, TimeProvider time, CancellationToken left)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, left);
        try
        {
            return new Answer<T>.Got(await call(either.Token));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !left.IsCancellationRequested)
        {
            return new Answer<T>.Not(new Trouble.Away($"No answer within {limit.TotalSeconds:0.#} s."));
        }
        catch (JobOrchestratorException refused)
        {
            return new Answer<T>.Not(Of(refused));
        }
    }

    private static Trouble Of(JobOrchestratorException refused) => (refused, refused.Status) switch
    {
        (JobOrchestratorUnavailableException away, _) => new Trouble.Away(away.Problem?.Title ?? "The orchestrator does not answer."),
        (_, null) => new Trouble.Away(refused.Message),
        (_, HttpStatusCode.Unauthorized) => new Trouble.Unknown(refused.Problem?.Detail),
        (_, HttpStatusCode.Forbidden) => new Trouble.NotAllowed(refused.Problem?.Detail ?? "Your key does not allow it."),
        (_, HttpStatusCode.NotFound) => new Trouble.Missing(Gone: false),
        (_, HttpStatusCode.Gone) => new Trouble.Missing(Gone: true),
        (_, { } status) => new Trouble.Refused(
            (int)status, refused.Problem?.Title ?? $"The orchestrator answered {(int)status}.", refused.Problem?.Detail,
            refused.Problem?.JobId ?? (refused as DuplicateJobException)?.HolderId),
    };
}
