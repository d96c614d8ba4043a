using System.Diagnostics;
using System.Net;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>Many reports in one request: each is asked, served and answered by itself, and all are lost at once.</summary>
internal sealed partial class Client
{
    /// <summary>Has several commands applied that come in one request.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="patience">When it gives up.</param>
    /// <param name="cancellationToken">It gives up before.</param>
    /// <returns>What became of each; null: there is no answer.</returns>
    public async Task<IReadOnlyList<Reported>?> ReportAsync(
        IReadOnlyList<Command.OnJob> commands, TimeSpan patience, CancellationToken cancellationToken)
    {
        SimReplica to = Choose();
        TimeSpan stays = Stays(patience, out bool leaves);
        Request[] requests = [.. commands.Select(command => scene.Judges.Ask(Told.Of(command, lane.Name)))];
        using var timeout = new CancellationTokenSource(stays, lane.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            Reported[] told = await scene.Network.AskAsync(
                lane,
                to,
                "Reports",
                (shards, token) => Task.WhenAll(
                    commands.Zip(requests, (command, request) => ServeAsync(shards, command, request, token))),
                isServed => Array.ForEach(requests, request => Tell(request, to, isServed, null)),
                either.Token);
            // Where nothing can be written it tries another one.
            _last = Array.TrueForAll(told, static one => one.Answer.Kind == AnswerKind.NothingWritten) ? null : to;
            foreach ((Request request, Reported one) in requests.Zip(told))
            {
                End(request, one.Answer);
            }

            return told;
        }
        catch (Exception exception) when (exception is not EscapeException)
        {
            _last = null;
            Answer answer = AnswerOf(exception, leaves);
            Array.ForEach(requests, request => End(request, answer));
            return null;
        }
    }

    /// <summary>As the service's own endpoint does it, in the replica.</summary>
    private static async Task<Reported> ServeAsync(
        JobShards shards, Command.OnJob command, Request request, CancellationToken cancellationToken)
    {
        try
        {
            Outcome outcome = await shards.ProposeAsync(command.JobId.Shard, command, cancellationToken);
            Answer answer = Told.Of(outcome);
            bool isPurged = answer.Refusal == RefusalKind.UnknownJob
                && await shards.FindAsync(command.JobId, cancellationToken) is JobLookup.Purged;
            return new Reported(answer, outcome, isPurged ? HttpStatusCode.Gone : StatusOf(answer));
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException)
        {
            Answer answer = Told.Of(exception);
            return new Reported(answer, null, StatusOf(answer));
        }
        finally
        {
            History.Serve(request);
        }
    }

    /// <summary>The status of the call of one such command.</summary>
    public static HttpStatusCode StatusOf(Answer answer) => answer switch
    {
        { Kind: AnswerKind.NothingWritten } => HttpStatusCode.ServiceUnavailable,
        { Kind: AnswerKind.Busy } => HttpStatusCode.TooManyRequests,
        { Kind: AnswerKind.OutcomeUnknown } => HttpStatusCode.GatewayTimeout,
        { Kind: not AnswerKind.Refused } => HttpStatusCode.OK,
        { Refusal: RefusalKind.UnknownJob } => HttpStatusCode.NotFound,
        { Refusal: RefusalKind.StaleLease or RefusalKind.AlreadyFinished } => HttpStatusCode.Conflict,
        { Refusal: RefusalKind.Other } => HttpStatusCode.RequestEntityTooLarge,
        _ => throw new UnreachableException($"No worker is told {answer}."),
    };
}

/// <summary>What became of a report.</summary>
/// <param name="Answer">In the words of the history.</param>
/// <param name="Outcome">The service's own; null: none.</param>
/// <param name="Status">The status of the single call.</param>
internal sealed record Reported(Answer Answer, Outcome? Outcome, HttpStatusCode Status);
