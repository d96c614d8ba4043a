namespace JobOrchestrator.Sdk.Tests.Examples;

/// <summary>A caller, as it is tested.</summary>
public sealed class Covers(IJobClient jobs)
{
    /// <summary>Null when there is none to be had.</summary>
    public async Task<Uri?> ThumbnailAsync(Uri picture)
    {
        try
        {
            return (await jobs.RunAsync(new MakeThumbnail(picture, 200))).Address;
        }
        catch (JobFailedException)
        {
            return null;
        }
    }
}
