from tools.speech_model.manifest import Recording, parse_manifest


def test_a_manifest_is_files_texts_and_nodes() -> None:
    text = (
        "file\ttext\tnode\na.wav\t我想，提前还款！\trepayment.early\tmore\nb.wav\t你好\nc.mp3\t你好\nd.wav\thello\n\n"
    )
    assert parse_manifest(text) == [Recording("a.wav", "我想提前还款", "repayment.early"), Recording("b.wav", "你好")]
