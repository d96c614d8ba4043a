namespace JobOrchestrator.Sdk;

/// <summary>A file of lines that only grows. It holds whole lines alone, also after a disk was full in the middle of one.</summary>
/// <param name="file">Open at its end, without a buffer of its own.</param>
internal sealed class LineFile(Stream file) : IDisposable
{
    /// <summary>One write call: the system has the whole line, or the caller hears of it and the file is as it was.</summary>
    /// <exception cref="IOException">The line is not written.</exception>
    public async Task AppendAsync(byte[] line, CancellationToken cancellationToken)
    {
        long length = file.Length;
        try
        {
            await file.WriteAsync(line, cancellationToken);
        }
        catch (Exception)
        {
            // Half a line would be the beginning of the next one.
            file.SetLength(length);
            throw;
        }
    }

    public void Dispose() => file.Dispose();
}
