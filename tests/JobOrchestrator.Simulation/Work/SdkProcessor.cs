using JobOrchestrator.Sdk;

namespace JobOrchestrator.Simulation;

/// <summary>
/// An attempt that waits by its process's clock, tells progress, saves checkpoints, and ends one way or another; now and then it does not
/// care that it was asked to stop.
/// </summary>
/// <param name="scene">Where.</param>
/// <param name="lane">The process.</param>
/// <param name="hands">Hears of its end.</param>
/// <param name="dice">What it does.</param>
[JobType("test")]
internal sealed class SdkProcessor(Scene scene, Lane lane, Hands hands, Dice dice) : JobProcessor<string, string>
{
    private const double LeasesMost = 3;
    private const int CheckpointTextMost = 2_000;
    private static readonly TimeSpan StepLeast = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(5);

    private bool IsBad(int oneIn) => dice.Below(oneIn) == 0 && !scene.Faults.IsCalm;

    /// <inheritdoc/>
    public override async Task<string> RunAsync(string input, JobContext context)
    {
        try
        {
            return await RunAsync(context);
        }
        finally
        {
            hands.End(((LeasedJob)context.Job).LeaseToken);
        }
    }

    private async Task<string> RunAsync(JobContext context)
    {
        var length = TimeSpan.FromSeconds(context.Job.LeaseSeconds!.Value);
        bool obeys = !IsBad(5);
        using CancellationTokenRegistration stopped = context.CancellationToken.Register(() => Stopped(context));
        scene.Checkpoints.Found(context.Job, context.LoadCheckpoint<Checkpoint>()?.Number);
        TimeSpan left = dice.LogUniform(Least, length * LeasesMost);
        while (left > TimeSpan.Zero)
        {
            TimeSpan step = dice.LogUniform(StepLeast, length);
            await Task.Delay(step, lane.Clock, obeys ? context.CancellationToken : CancellationToken.None);
            left -= step;
            await TellAsync(context);
            if (obeys && context.StoppingToken.IsCancellationRequested && dice.Below(2) == 0)
            {
                throw new OperationCanceledException("It is given back.");
            }
        }

        return IsBad(8) ? throw new InvalidOperationException("It did not work.")
            : IsBad(20) ? throw new JobFailedPermanentlyException("It never will work.")
            : "done";
    }

    private async Task TellAsync(JobContext context)
    {
        switch (dice.Below(4))
        {
            case 0:
                context.ReportProgress(dice.Below(101), "on its way");
                break;
            case 1:
                int number = scene.Checkpoints.Next();
                await context.SaveCheckpointAsync(new Checkpoint(number, new string('x', dice.Below(CheckpointTextMost))));
                scene.Checkpoints.Saved(context.Job, number);
                break;
        }
    }

    private void Stopped(JobContext context)
    {
        if (context.StopReason is JobStopReason.LeaseLost or JobStopReason.CancelRequested)
        {
            var job = (LeasedJob)context.Job;
            bool isCancel = context.StopReason == JobStopReason.CancelRequested;
            scene.Judges.Stopped(lane, Guid.Parse(job.Id), job.LeaseToken, isCancel);
        }
    }

    /// <summary>What is saved.</summary>
    /// <param name="Number">Higher than that of any before it.</param>
    /// <param name="Text">To give it a size.</param>
    private sealed record Checkpoint(int Number, string Text);
}
