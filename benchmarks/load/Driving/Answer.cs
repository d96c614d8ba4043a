namespace Load;

/// <summary>What came back for a request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body; the connection's own memory, so good until its next request.</param>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
