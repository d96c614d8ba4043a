namespace JobOrchestrator.Core.Tests;

public sealed class JobIdTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(4095)]
    public void Create_Shard_CanBeReadFromTheId(int shard)
    {
        var id = JobId.Create(TestShard.Start, shard, ulong.MaxValue);

        Assert.Equal(shard, id.Shard);
        Assert.True(JobId.TryParse(id.ToString(), out JobId parsed));
        Assert.Equal(id, parsed);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue)]
    public void Create_AnyRandomness_IsAUuidOfVersion7(ulong random)
    {
        var id = JobId.Create(TestShard.Start, 4095, random);

        Assert.Equal((7, 0b10), (id.Value.Version, id.Value.Variant >> 2));
        Assert.StartsWith($"{TestShard.Start.ToUnixTimeMilliseconds():x12}".Insert(8, "-"), id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_LaterMillisecond_SortsBehindAsText()
    {
        string earlier = JobId.Create(TestShard.Start, 4095, ulong.MaxValue).ToString();
        string later = JobId.Create(TestShard.Start.AddMilliseconds(1), 0, 0).ToString();

        Assert.True(string.CompareOrdinal(earlier, later) < 0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4096)]
    public void Create_ShardOutOfRange_Throws(int shard)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => JobId.Create(TestShard.Start, shard, 0));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("01941f29-7c00-7000-8000-00000000000")]
    [InlineData("01941f29-7c00-7000-8000-0000000000011")]
    [InlineData("01941f297c0070008000000000000001")]
    [InlineData("{01941f29-7c00-7000-8000-000000000001}")]
    [InlineData(" 01941f29-7c00-7000-8000-000000000001")]
    [InlineData("01941f29-7c00-7000-8000-000000000001\n")]
    [InlineData("+1941f29-7c00-7000-8000-000000000001")]
    [InlineData("0x941f29-7c00-7000-8000-000000000001")]
    [InlineData("01941f29-7c00-7000-8000-00000000000g")]
    [InlineData("01941f29_7c00_7000_8000_000000000001")]
    public void TryParse_AnythingElse_IsNoJobsId(string? text)
    {
        Assert.False(JobId.TryParse(text, out _));
    }

    [Fact]
    public void TryParse_UpperCase_IsTheSameId()
    {
        Assert.True(JobId.TryParse("01941F29-7C00-7ABC-8000-00000000ABCD", out JobId id));

        Assert.Equal("01941f29-7c00-7abc-8000-00000000abcd", id.ToString());
        Assert.Equal(0xABC, id.Shard);
    }
}
