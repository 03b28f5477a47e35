"""The vocabularies that several kinds share; each word is defined in English and Chinese."""

from registry.kinds.model.relations import RELATIONS
from registry.kinds.model.vocabulary import Term, Vocabulary, vocabulary

LIFECYCLES = vocabulary(
    "lifecycle",
    "How far a record or a tie has come: never shown as firmer than it is.",
    proposed=("proposed", "建议中", "Recommended or put forward by somebody; nobody has undertaken it.", "有人建议或倡议，尚无主体承诺实施。"),
    planned=("planned", "计划中", "Undertaken or announced by those who will do it; not begun.", "实施方已承诺或宣布，尚未开始。"),
    active=("active", "进行中", "Exists or runs as of the latest statement.", "据最新陈述，已存在或正在运行。"),
    suspended=("suspended", "已中止", "Stopped for the time being.", "暂时停止。"),
    ended=("ended", "已结束", "Completed, dissolved or expired.", "已完成、解散或到期。"),
    unknown=("unknown", "不明", "Existed once; whether it still does is not stated.", "曾经存在，目前状况未说明。"),
)  # fmt: skip

NAME_ROLES = vocabulary(
    "name-role",
    "What a name is to the record that bears it.",
    official=("official", "正式名称", "The name that the body itself uses in full.", "机构自身使用的全称。"),
    short=("short", "简称", "A shorter form or abbreviation in use.", "通用的简称或缩写。"),
    alias=("alias", "别名", "Another name in use.", "另一通用名称。"),
    former=("former", "曾用名", "A name no longer in use.", "不再使用的名称。"),
    translated=("translated", "译名", "A translation made by somebody other than the body.", "由他人翻译的名称。"),
    transliterated=("transliterated", "音译名", "The name in another script, by its sound.", "以另一文字按读音转写的名称。"),
    as_printed=("as printed", "原文所载", "The name as a source prints it.", "来源文本所印的名称。"),
    assigned=("assigned", "指定名称", "A name that the registry gave to what has no printed one.", "登记库为无印载名称者所指定的名称。"),
)  # fmt: skip

AREAS = vocabulary(
    "area",
    "Areas that texts speak of and that no standard has a code for.",
    north_china=("North China", "华北", "The north of mainland China.", "中国大陆北部地区。"),
    south_china=("South China", "华南", "The south of mainland China.", "中国大陆南部地区。"),
    northwest_china=("Northwest China", "西北", "The northwest of mainland China.", "中国大陆西北地区。"),
    yangtze_river_delta=("Yangtze River Delta", "长江三角洲", "Shanghai with parts of Jiangsu, Zhejiang and Anhui.", "上海及江苏、浙江、安徽部分地区。"),
    beijing_tianjin_hebei=("Beijing-Tianjin-Hebei", "京津冀", "Beijing, Tianjin and Hebei.", "北京、天津和河北。"),
    guangdong_hong_kong_macau=("Guangdong, Hong Kong and Macau", "粤港澳", "Guangdong with Hong Kong and Macau.", "广东及香港、澳门。"),
)  # fmt: skip

EVENTS = vocabulary(
    "event",
    "What happened, or is to happen, on the day of a milestone.",
    established=("established", "成立", "Founded, set up or begun.", "创立、设立或启动。"),
    announced=("announced", "宣布", "Made known by those who do it.", "由实施方宣布。"),
    approved=("approved", "批准", "Approved by an authority.", "由主管机构批准。"),
    inaugurated=("inaugurated", "揭牌", "Opened in a ceremony.", "正式揭牌或启用。"),
    completed=("completed", "完成", "Finished.", "完成。"),
    signed=("signed", "签署", "Signed by its parties.", "由各方签署。"),
    issued=("issued", "发布", "Issued, released or published.", "发布、公布或出版。"),
    recognized=("recognized", "获认定", "Selected, listed or awarded.", "入选、列入或获奖。"),
    introduced=("introduced", "提出", "Put before a parliament or other body that decides.", "提交议会或其他决定机构审议。"),
)  # fmt: skip

ROLES = vocabulary(
    "role",
    "What the target of a tie does in it, where the tie alone does not say.",
    founder=("founder", "创始方", "Set it up.", "创立者。"),
    host=("host", "主办方", "Gives it a place.", "提供场所者。"),
    lead=("lead", "牵头单位", "Is first among several.", "多方中的牵头者。"),
    participant=("participant", "参与单位", "Takes part without leading.", "参与而不牵头。"),
    resource_provider=("resource provider", "资源提供方", "Gives teaching resources, data, software or equipment.", "提供教学资源、数据、软件或设备。"),
    technology_provider=("technology provider", "技术提供方", "Gives technical support or a technical platform.", "提供技术支持或技术平台。"),
    university_partner=("university partner", "合作高校", "The university in a tie between school and enterprise.", "校企合作中的高校方。"),
    enterprise_partner=("enterprise partner", "合作企业", "The enterprise in a tie between school and enterprise.", "校企合作中的企业方。"),
    organizer=("organizer", "组织单位", "Carries out the event or course.", "组织实施者。"),
    instructor=("instructor", "授课方", "Gives the teachers.", "派出授课人员。"),
    lead_drafter=("lead drafter", "主要起草单位", "Led the drafting.", "牵头起草。"),
    drafter=("drafter", "参与起草单位", "Took part in the drafting.", "参与起草。"),
    consulted=("consulted", "征询意见方", "Gave opinions or advice.", "提供意见或建议。"),
    sponsor=("sponsor", "出资方", "Pays.", "出资者。"),
)  # fmt: skip

TOPICS = vocabulary(
    "topic",
    "What a record is about.",
    ai_education=("AI in education", "人工智能教育", "Teaching AI, or teaching with it.", "人工智能的教学或以人工智能开展教学。"),
    talent_training=("talent training", "人才培养", "Training specialists for research or industry.", "为科研或产业培养专门人才。"),
    teacher_training=("teacher training", "教师培训", "Training those who teach.", "面向教师的培训。"),
    standards=("standards", "标准", "Making, aligning or applying standards.", "标准的制定、对接与应用。"),
    governance=("governance", "治理", "Rules and institutions for AI or education.", "人工智能或教育的规则与制度。"),
    deep_learning=("deep learning", "深度学习", "Learning by layered neural networks.", "以多层神经网络进行学习。"),
    cloud_computing=("cloud computing", "云计算", "Computing offered over networks.", "通过网络提供的计算服务。"),
    big_data=("big data", "大数据", "Storing and analysing large data.", "大规模数据的存储与分析。"),
    robotics=("robotics", "机器人", "Building and steering robots.", "机器人的研制与控制。"),
    brain_inspired_intelligence=("brain-inspired intelligence", "类脑智能", "Computing modelled on the brain.", "以大脑为模型的计算。"),
    entrepreneurship=("entrepreneurship", "创新创业", "Founding companies and bringing results to market.", "创办企业与成果转化。"),
    certification=("certification", "认证", "Attesting what people can do.", "对人员能力的认证。"),
    research=("joint research", "联合研究", "Research done by several together.", "多方共同开展的研究。"),
    industrial_policy=("industrial policy", "产业政策", "What governments do to further AI and its industry.", "政府推动人工智能及其产业发展的举措。"),
    basic_layer=("basic layer of the AI industry", "人工智能产业基础层", "Computing power, chips and data services for AI.", "为人工智能提供算力、芯片与数据服务。"),
    technology_layer=("technology layer of the AI industry", "人工智能产业技术层", "General AI capabilities, such as vision, speech and machine learning.", "视觉、语音、机器学习等通用人工智能能力。"),
    application_layer=("application layer of the AI industry", "人工智能产业应用层", "AI products and services for fields of use.", "面向应用领域的人工智能产品与服务。"),
)  # fmt: skip

CAUTION_KINDS = vocabulary(
    "caution-kind",
    "Why a curator doubts a value.",
    implausible=("implausible", "不可信", "Cannot well be true as printed.", "所载内容难以成立。"),
    contradicted=("contradicted", "相互矛盾", "Another passage or record says otherwise.", "另有文段或记录与之不符。"),
    ambiguous=("ambiguous", "含义不明", "Can be read in more than one way.", "可作多种解读。"),
    misattributed=("misattributed", "归属有误", "Ascribed to somebody whose it is not.", "归属于错误的主体。"),
    misprinted=("misprinted", "印刷错误", "A slip of printing, spelling or translation.", "印刷、拼写或翻译错误。"),
)  # fmt: skip

ABSENCES = vocabulary(
    "absence",
    "Why a value is absent, where that matters.",
    not_stated=("not stated", "未说明", "No source that was read says it.", "所读来源均未说明。"),
    not_applicable=("not applicable", "不适用", "There can be no such value.", "不存在此类值。"),
    withheld=("withheld", "不公开", "Known, but not published.", "已知但不公开。"),
    not_yet_defined=("not yet defined", "尚未确定", "To be settled later.", "有待确定。"),
)  # fmt: skip

IDENTIFIER_SCHEMES = vocabulary(
    "identifier-scheme",
    "Whose identifier it is.",
    ror=("ROR", "研究机构注册库", "Research Organization Registry.", "Research Organization Registry 的标识。"),
    wikidata=("Wikidata", "维基数据", "The Q-number of an item in Wikidata.", "维基数据条目的Q编号。"),
    doi=("DOI", "数字对象标识", "Digital Object Identifier.", "数字对象唯一标识符。"),
)  # fmt: skip

AUDIENCES = vocabulary(
    "audience",
    "For whom a program or center is.",
    university_teachers=("university teachers", "高校教师", "Those who teach at universities.", "在高等学校任教者。"),
    teachers=("teachers", "教师", "Those who teach at any level.", "各级教师。"),
    education_managers=("education managers", "教育管理者", "Those who run schools and education offices.", "学校及教育部门的管理者。"),
    university_students=("university students", "大学生", "Those enrolled at universities.", "高等学校在读学生。"),
    school_pupils=("school pupils", "中小学生", "Those at primary and secondary schools.", "中小学在读学生。"),
    developers=("developers", "开发者", "Those who write software, in companies or alone.", "在企业或独立从事软件开发者。"),
    chief_technology_officers=("chief technology officers", "首席技术官", "Those who lead technology in companies.", "企业的技术负责人。"),
    executives=("executives", "企业高管", "Those who lead companies.", "企业领导者。"),
    employees=("employees", "企业员工", "Those who work for the company that trains.", "培训企业的员工。"),
    researchers=("researchers", "科研人员", "Those who do research.", "从事科学研究者。"),
    public=("the public", "公众", "Anybody who wants to learn.", "任何有意学习者。"),
)  # fmt: skip

LEVELS = vocabulary(
    "education-level",
    "At which level of education something is placed.",
    primary_secondary=("primary and secondary", "中小学", "School education before university.", "高等教育之前的学校教育。"),
    vocational=("vocational", "职业教育", "Education for an occupation.", "面向职业的教育。"),
    undergraduate=("undergraduate", "本科", "Up to a first degree.", "本科学历教育。"),
    graduate=("graduate", "研究生", "Master's and doctoral.", "硕士与博士研究生教育。"),
    professional=("professional", "在职", "Further training of people at work.", "在职人员的继续教育。"),
)  # fmt: skip

RELATION_TYPES = Vocabulary(
    "relation",
    "The ties that two records can have, read from the record that holds the tie to its target.",
    {code: Term(each.label, each.label_zh, each.definition, each.definition_zh) for code, each in RELATIONS.items()},
)
