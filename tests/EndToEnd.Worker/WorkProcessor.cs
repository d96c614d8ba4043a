using System.Diagnostics;
using JobOrchestrator.Sdk;
using Microsoft.Extensions.Options;

namespace EndToEnd.Worker;

/// <summary>Does what the job says, and writes down what happens.</summary>
internal sealed class WorkProcessor(IOptions<JobWorkerOptions> options) : JobProcessor<Work, WorkResult>
{
    public override async Task<WorkResult> RunAsync(Work input, JobContext context)
    {
        int first = context.LoadCheckpoint<int>();
        Journal.Write(context, $"began {first}");
        if (input.IsDeadly)
        {
            Process.GetCurrentProcess().Kill();
        }

        // Never disposed: the attempt may obey, and be over, before this is called.
        _ = context.CancellationToken.Register(() => Journal.Write(context, $"told {context.StopReason}"));
        CancellationToken stop = input.IsDisobedient ? CancellationToken.None : context.CancellationToken;
        for (int step = first; step < input.Steps; step++)
        {
            await Task.Delay(input.Milliseconds / input.Steps, stop);
            context.ReportProgress(100.0 * (step + 1) / input.Steps);
            if (input.SavesCheckpoints)
            {
                await context.SaveCheckpointAsync(step + 1);
                Journal.Write(context, $"saved {step + 1}");
            }
        }

        Journal.Write(context, "ended");
        return new WorkResult(options.Value.Name, context.Attempt, first);
    }
}
