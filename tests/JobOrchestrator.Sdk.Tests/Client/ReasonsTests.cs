namespace JobOrchestrator.Sdk.Tests;

/// <summary>L1's kind: what a message quotes of what somebody sent stands in logs and in health answers.</summary>
public sealed class ReasonsTests
{
    [Fact]
    public void Of_AMessageOfAnySize_IsShort()
    {
        string reason = Reasons.Of(new InvalidOperationException("Bad: " + string.Concat(Enumerable.Repeat("😀", 500_000))));

        Assert.StartsWith("Bad: 😀", reason, StringComparison.Ordinal);
        Assert.EndsWith("😀…", reason, StringComparison.Ordinal);
        Assert.InRange(reason.Length, 990, 1_001);
    }

    [Fact]
    public void Of_LinesAndEscapes_IsOneLineWithout()
    {
        string reason = Reasons.Of(new InvalidOperationException("one\r\ntwo\u001b[2J", new IOException("three\n")));

        Assert.Equal("one  two [2J (three )", reason);
    }
}
