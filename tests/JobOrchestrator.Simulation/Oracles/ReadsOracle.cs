namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I9: a read by any replica shows nothing older than what anybody had been answered, or had read, before it began; an accepted job is
/// never unknown before its time. That it is unavailable may always be said.
/// </summary>
internal sealed class ReadsOracle(Ledger ledger, JudgeRules rules, Verdicts verdicts) : IHistoryWatcher
{
    public void Answered(Request request, long order)
    {
        if (request.Call.Verb is not (Verb.Read or Verb.List or Verb.Watch))
        {
            return;
        }

        switch (request.Answer!.Kind)
        {
            case AnswerKind.Found:
                CheckFound(request);
                break;
            case AnswerKind.Unknown when request.Call.Job is { } id && ledger.Find(id) is { } job:
                CheckUnknown(request, job);
                break;
            case AnswerKind.Purged when request.Call.Job is { } id && ledger.Find(id) is not { Gone.Purged: true }:
                Report(request, $"job {id} is called purged, and nobody purged it", id);
                break;
        }
    }

    private void CheckFound(Request request)
    {
        long before = 0;
        foreach (JobSeen seen in request.Answer!.Jobs)
        {
            if (ledger.Find(seen.Id) is not { } job)
            {
                Report(request, $"it shows job {seen.Id}, which no commit has", seen.Id);
            }
            else if (ledger.KnownTo(job, request.Order, request.SentStep) is var known && seen.Sequence > 0 && seen.Sequence < known)
            {
                Report(
                    request,
                    $"it shows job {seen.Id} at sequence {seen.Sequence}, {seen.Status}; before it was asked somebody had been told of "
                        + $"{known}",
                    seen.Id);
            }

            if (request.Call.Verb == Verb.Watch && seen.Sequence <= before)
            {
                Report(request, $"the stream of job {seen.Id} goes from sequence {before} to {seen.Sequence}", seen.Id);
            }

            before = seen.Sequence;
        }
    }

    private void CheckUnknown(Request request, JobRecord job)
    {
        if (ledger.KnownTo(job, request.Order, request.SentStep) == 0 || job.Gone is not null || job.Current is not { } current)
        {
            return;
        }

        DateTimeOffset? ended = job.Versions.FirstOrDefault(version => version.Status.IsFinal())?.NotBefore;
        if (ended is null || ended + rules.Retention - rules.ClockError > request.AnsweredAt)
        {
            Report(request, $"job {job} is called unknown; the ledger has it: {current.Status}, sequence {current.Sequence}", job.Id);
        }
    }

    private void Report(Request request, string sentence, Guid about) =>
        verdicts.Add(
            OracleNames.Reads, request.AnsweredStep, request.AnsweredAt!.Value, $"{request}: {sentence}.", about.ToString());
}
