using System.Text;

namespace JobOrchestrator.Shards.Tests;

public sealed class DocumentWriterTests
{
    [Fact]
    public void ADocument_MadeWithinAnother_LeavesBothWhole()
    {
        byte[] outer = DocumentWriter.ToUtf8("inner", static (writer, word) =>
        {
            writer.WriteStartArray();
            writer.WriteStringValue("before");
            writer.WriteRawValue(DocumentWriter.ToUtf8(word, static (other, inner) => other.WriteStringValue(inner)));
            writer.WriteEndArray();
        });

        Assert.Equal("""["before","inner"]""", Encoding.UTF8.GetString(outer));
    }

    [Fact]
    public void ADocument_ThatCannotBeWritten_LeavesNothingToTheNext()
    {
        Assert.Throws<InvalidOperationException>(() => DocumentWriter.ToUtf8(0, static (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("half", 1);
            throw new InvalidOperationException();
        }));

        Assert.Equal("[]", Text(0));
    }

    /// <summary>Larger than what is kept of a buffer, and small again.</summary>
    [Fact]
    public void Documents_OfAllSizes_AreThemselves()
    {
        foreach (int length in new[] { 10, 3_000_000, 20, 100_000, 0 })
        {
            Assert.Equal(length == 0 ? "[]" : $"[\"{new string('x', length)}\"]", Text(length));
        }
    }

    private static string Text(int length) => Encoding.UTF8.GetString(DocumentWriter.ToUtf8(length, static (writer, of) =>
    {
        writer.WriteStartArray();
        if (of > 0)
        {
            writer.WriteStringValue(new string('x', of));
        }

        writer.WriteEndArray();
    }));
}
