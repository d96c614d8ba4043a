using JobOrchestrator.Dashboard.Words;

namespace JobOrchestrator.Dashboard.Tests.Words;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1_204, "1,204")]
    [InlineData(99_999, "99,999")]
    [InlineData(104_900, "104 k")]
    [InlineData(999_999, "999 k")]
    [InlineData(1_290_000, "1.2 M")]
    [InlineData(-1_290_000, "-1.2 M")]
    [InlineData(23_000_000_000, "23 G")]
    public void Numbers_FromAHundredThousandOn_AreShortenedAndNeverRoundedUp(long number, string told) =>
        Assert.Equal(told, Numbers.Of(number));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.004, "< 0.01")]
    [InlineData(0.126, "0.13")]
    [InlineData(2.14, "2.1")]
    [InlineData(61.4, "61")]
    public void Rates_HaveNoMoreDigitsThanCount(double number, string told) => Assert.Equal(told, Numbers.Of(number));

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(1_200, "1.2 KB")]
    [InlineData(4_000_000, "4.0 MB")]
    public void Bytes_HaveTheirUnit(long bytes, string told) => Assert.Equal(told, Numbers.Bytes(bytes));
}
