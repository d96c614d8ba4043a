namespace JobOrchestrator.Sdk.Tests.Examples;

public interface IPictures
{
    Task<byte[]?> FindAsync(Uri address, CancellationToken cancellationToken);

    Task<Thumbnail> ShrinkAsync(byte[] picture, int width, CancellationToken cancellationToken);
}

// snippet:worker-processor
public sealed class ThumbnailProcessor(IPictures pictures) : JobProcessor<MakeThumbnail, Thumbnail>
{
    public override async Task<Thumbnail> RunAsync(MakeThumbnail input, JobContext context)
    {
        byte[] picture = await pictures.FindAsync(input.Picture, context.CancellationToken)
            ?? throw new JobFailedPermanentlyException($"There is no picture at {input.Picture}.");

        context.ReportProgress(50, "loaded");
        return await pictures.ShrinkAsync(picture, input.Width, context.CancellationToken);
    }
}
// end-snippet

public sealed record Import(string[] Rows);

// snippet:worker-checkpoint
[JobType("import", Queue = "imports", LeaseSeconds = 60)]
public sealed class ImportProcessor : JobProcessor<Import>
{
    public override async Task RunAsync(Import input, JobContext context)
    {
        for (int row = context.LoadCheckpoint<int>(); row < input.Rows.Length; row++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            await StoreAsync(input.Rows[row]);
            if (row % 100 == 99)
            {
                // Once this returns, another attempt goes on from here, whatever happens to this one.
                await context.SaveCheckpointAsync(row + 1);
                context.ReportProgress(100.0 * row / input.Rows.Length);
            }

            if (context.StoppingToken.IsCancellationRequested)
            {
                // The process is going down: better to give the job back now than to be stopped in the middle.
                await context.SaveCheckpointAsync(row + 1);
                throw new OperationCanceledException();
            }
        }
    }

    private static Task StoreAsync(string row) => Task.FromResult(row);
}
// end-snippet

internal static class WorkerSetup
{
    public static void AddShortly(IServiceCollection services)
    {
        // snippet:readme-worker-setup
        services.AddJobWorker(worker => worker
            .Add<ThumbnailProcessor>()
            .Queue("pictures", concurrency: 8));
        // end-snippet
    }

    public static void Add(IServiceCollection services)
    {
        // snippet:worker-setup
        services.AddJobWorker(worker => worker
            .Add<ThumbnailProcessor>()
            .Add<ImportProcessor>()
            .Queue("pictures", concurrency: 8, prefetch: 8)
            .Configure(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10)));
        // end-snippet
    }
}
