"""疾病残疾用语 Words that tell of illness, disability or dependence beside somebody's name. Q38"""

import unicodedata

_WORDS = """
残疾 残废 重残 轻残 一级残 二级残 三级残 四级残 致残 伤残 残障 殘疾 肢残 智残 瘫痪 偏瘫 截瘫 高位瘫 失能
半失能 失明 盲人 聋哑 耳聋 聋人 哑巴 智障 弱智 痴呆 自闭 唐氏综合 侏儒 精神病 精神障碍 精神分裂 抑郁
癫痫 脑瘫 植物人 卧床不起 病 癌 肿瘤 瘤 白血病 尿毒症 肾衰 透析 肝炎 肝硬化 肝腹水 糖尿 高血压 高血糖
心衰 心梗 冠心 脑梗 中风 脑溢血 脑出血 肺结核 结核 尘肺 矽肺 艾滋 梅毒 血友 红斑狼疮 类风湿 帕金森
阿尔茨海默 渐冻 地中海贫血 再生障碍 器官移植 肾移植 化疗 放疗 截肢 骨折 烧伤 住院 手术 患者 孕妇 孕产
流产 吸毒 戒毒 低保户 五保户 特困户
"""
HEALTH_WORDS = tuple(_WORDS.split())
_NAMES = ("去病", "無病", "无病")
"""Given names that hold one of the words."""
_LATIN_WORDS = ("hiv", "aids", "cancer", "icu", "disabled")


def tells_health(text: str) -> bool:
    """Whether a text tells of illness or disability, blanks and marks between its characters passed over.

    >>> tells_health("张三（尿 毒 症）"), tells_health("张三"), tells_health("Ａids")
    (True, False, True)
    """
    letters = "".join(character for character in unicodedata.normalize("NFKC", text).lower() if character.isalnum())
    for name in _NAMES:
        letters = letters.replace(name, "")
    return any(word in letters for word in (*HEALTH_WORDS, *_LATIN_WORDS))
