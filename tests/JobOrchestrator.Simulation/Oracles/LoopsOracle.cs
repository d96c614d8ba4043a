namespace JobOrchestrator.Simulation.Oracles;

/// <summary>No loop of any process ends unless it is stopped; nobody is answered 500.</summary>
internal sealed class LoopsOracle(Verdicts verdicts) : IHistoryWatcher
{
    public void LoopEnded(LoopEnd end)
    {
        if (!end.WasStopped)
        {
            verdicts.Add(
                OracleNames.Loops,
                end.Step,
                end.At,
                $"The loop {end.Loop} of {end.Lane} has ended, and nobody stopped it: {end.Why ?? "it returned"}.");
        }
    }

    public void Answered(Request request, long order)
    {
        if (request.Answer!.Kind == AnswerKind.ServerError)
        {
            verdicts.Add(
                OracleNames.Loops,
                request.AnsweredStep,
                request.AnsweredAt!.Value,
                $"{request} was answered 500: {request.Answer.Detail}.",
                request.Call.Job is { } job ? [job.ToString()] : []);
        }
    }
}
