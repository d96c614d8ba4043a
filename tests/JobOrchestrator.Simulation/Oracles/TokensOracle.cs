namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I3, I4: an attempt has one token for its whole life and a token one attempt; an attempt begins when the one before has ended; how an
/// attempt ended is not changed; a token is given to one worker. (That what a worker caused carried the token in force:
/// <see cref="CausesOracle"/>.)
/// </summary>
internal sealed class TokensOracle(Verdicts verdicts) : ILedgerWatcher, IHistoryWatcher
{
    private readonly Dictionary<string, (Guid Job, int Attempt)> _attempts = [];
    private readonly Dictionary<string, Request> _given = [];

    public void Committed(Commit commit)
    {
        foreach ((JobRecord job, JobVersion? before, JobVersion after) in commit.Changes)
        {
            CheckAttempts(commit, job, before, after);
        }
    }

    public void Answered(Request request, long order)
    {
        if (request.Answer!.Kind != AnswerKind.Leased)
        {
            return;
        }

        foreach (JobSeen seen in request.Answer.Jobs)
        {
            if (seen.Token is { } token && !_given.TryAdd(token, request))
            {
                verdicts.Add(
                    OracleNames.Tokens,
                    request.AnsweredStep,
                    request.AnsweredAt!.Value,
                    $"I3: {request} was given job {seen.Id} with token {token}, as {_given[token]} was: two workers run one attempt.",
                    seen.Id.ToString());
            }
        }
    }

    private void CheckAttempts(Commit commit, JobRecord job, JobVersion? before, JobVersion after)
    {
        if (before is { Token: { } old } && after.Token is { } now && old != now && before.Attempt == after.Attempt)
        {
            Report(commit, job, $"I3: attempt {after.Attempt} had the token {old} and has {now}");
        }

        foreach (AttemptRead attempt in after.Attempts)
        {
            if (attempt.Outcome == "Refused")
            {
                continue;
            }

            if (_attempts.TryGetValue(attempt.Token, out (Guid Job, int Attempt) first)
                && first != (job.Id, attempt.Number))
            {
                Report(
                    commit,
                    job,
                    $"I3: attempt {attempt.Number} has the token {attempt.Token} of attempt {first.Attempt} of job {first.Job}");
            }

            _attempts[attempt.Token] = (job.Id, attempt.Number);
            if (attempt.Outcome is null && (attempt.Number != after.Attempt || after.Status != Standing.InProgress))
            {
                Report(commit, job, $"I3: attempt {attempt.Number} runs on while the job is {after.Status}, attempt {after.Attempt}");
            }

            if (before?.AttemptNumbered(attempt.Number) is { Outcome: { } ended } && ended != attempt.Outcome)
            {
                Report(commit, job, $"attempt {attempt.Number} had ended as {ended} and is {attempt.Outcome ?? "running"} now");
            }
        }

        if (after.Token is { } token && after.AttemptNumbered(after.Attempt) is { } running && running.Token != token)
        {
            Report(commit, job, $"I3: the lease has the token {token}, its attempt {running.Token}");
        }
    }

    private void Report(Commit commit, JobRecord job, string sentence) =>
        verdicts.Add(
            OracleNames.Tokens,
            commit.Step,
            commit.At,
            $"In commit {commit.Stamp} of {commit.Lane}, job {job}: {sentence}.",
            job.ToString());
}
