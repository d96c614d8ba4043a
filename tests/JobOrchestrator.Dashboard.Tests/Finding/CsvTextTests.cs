using System.Globalization;
using System.Text;
using JobOrchestrator.Dashboard.Finding;

namespace JobOrchestrator.Dashboard.Tests.Finding;

/// <summary>What a spreadsheet reads is what was there, and nothing that it would run.</summary>
public sealed class CsvTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("one\ntwo", "\"one\ntwo\"")]
    [InlineData("one\r\ntwo", "\"one\r\ntwo\"")]
    [InlineData("ключ ✓ 日本 🙂", "ключ ✓ 日本 🙂")]
    [InlineData("a=1", "a=1")]
    public void Text_IsWrittenSoThatItIsReadAsItWas(string text, string written) => Assert.Equal($"{written}\r\n", Row(text));

    [Theory]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-1+1", "'-1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("＠SUM(A1)", "'＠SUM(A1)")]
    public void Formula_IsToldToBeNone(string text, string written) => Assert.Equal($"{written}\r\n", Row(text));

    [Fact]
    public void Numbers_AreNumbersEverywhere_AndNothingIsEmpty()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal("-1.5,,x\r\n", Row(-1.5m, null, "x"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Row(params object?[] values)
    {
        var text = new StringBuilder();
        CsvText.Write(text, values);
        return text.ToString();
    }
}
