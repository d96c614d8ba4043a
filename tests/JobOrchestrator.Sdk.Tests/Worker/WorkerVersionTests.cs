namespace JobOrchestrator.Sdk.Tests.Worker;

public sealed class WorkerVersionTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(" \n ", null)]
    [InlineData("1.4.2", "1.4.2")]
    [InlineData(" 1.4\u00002 ", "1.42")]
    public void Of_WhatIsSet_IsWhatCanBeSent(string? set, string? sent) => Assert.Equal(sent, WorkerVersion.Of(set));

    [Fact]
    public void Of_ALongOne_IsCutWhereNoCharacterIsHalved()
    {
        Assert.Equal(100, WorkerVersion.Of(new string('1', 1_000))!.Length);
        Assert.Equal(new string('1', 99), WorkerVersion.Of(new string('1', 99) + "😀"));
    }

    [Theory]
    [InlineData("1.4.2+5ab6d24", "1.4.2")]
    [InlineData("1.4.2-rc.1", "1.4.2-rc.1")]
    [InlineData(null, null)]
    public void WithoutBuild_OfAnInformationalVersion_IsWhatPeopleCallIt(string? said, string? version) =>
        Assert.Equal(version, WorkerVersion.WithoutBuild(said));
}
